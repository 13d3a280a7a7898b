import { open } from 'node:fs/promises'
import { headBytes, kindOfHead, MeshError } from '../base/index.ts'
import type { FileInput, LocalFile } from './reader-sql.ts'

/**
 * A text without an encoding or a compression of its own holds no NUL. The engine would read one that does, and cut the
 * names of its columns at the first.
 */
export async function refuseBinary(input: FileInput, files: readonly LocalFile[]): Promise<void> {
  const options = Object.keys(input.options).map(name => name.toLowerCase())
  if (input.format === 'parquet' || options.includes('encoding') || options.includes('compression')) return
  for (const file of files) {
    const kind = kindOfHead(await headOf(file.absolute))
    if (kind === 'text') continue
    const wide = kind === 'utf-16'
    throw new MeshError(
      'source.unreadable',
      wide
        ? `${file.path} is written in UTF-16, and read as UTF-8.`
        : `${file.path} is no text of ${input.format.toUpperCase()}: it holds NUL characters.`,
      {
        fix: wide
          ? 'Save it as UTF-8, or say encoding: utf-16 in the options of the input in build.yaml.'
          : 'Mend the file, or name its true format in build.yaml.',
      },
    )
  }
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
