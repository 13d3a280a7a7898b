import { basename, extname } from 'node:path'
import { limits, MeshError } from '../../base/index.ts'
import { guessColumns, profileFile, sourceFormat, type Known } from '../../scaffold/index.ts'
import type { Look } from './look.ts'

/** Looks at all rows of a file, in a process that can read nothing else. `from` is how the person named it. */
export async function lookAtFile(
  path: string,
  from: string,
  sizeBytes: number,
  product: string,
  known: Known,
): Promise<Look> {
  const format = sourceFormat(from)
  if (sizeBytes > limits.bundleBytesMax) {
    const mb = (bytes: number) => Math.ceil(bytes / 1_000_000)
    throw new MeshError(
      'request.too-large',
      `${from} has ${mb(sizeBytes)} MB; what is published carries files of at most ${mb(limits.bundleBytesMax)} MB.`,
      { fix: 'Write it as Parquet, which is a fraction of that, or split it into files and name one.' },
    )
  }
  if (sizeBytes === 0) throw new MeshError('source.unreadable', `${from} is empty: it has no columns to promise.`)
  const { openReader } = await import('../../server/index.ts')
  const reader = await openReader(path)
  try {
    const profile = await profileFile(reader, path, format, from)
    const as = fileNameFor(path, product)
    return {
      source: { kind: 'file', path: as, format, options: profile.options },
      columns: guessColumns(profile, known),
      copy: { from: path, as },
      rows: profile.rows,
      called: basename(path),
      notes: profile.notes.map(note => `${basename(path)}: ${note}.`),
    }
  } finally {
    await reader.close()
  }
}

/** The file's own name, where a path in build.yaml can say it. */
function fileNameFor(path: string, product: string): string {
  const name = basename(path)
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_ .()+@-]*$/u.test(name)) return name
  const packed = /\.(gz|zst)$/i.exec(name)?.[0] ?? ''
  return `${product}${extname(name.slice(0, name.length - packed.length)).toLowerCase()}${packed}`
}
