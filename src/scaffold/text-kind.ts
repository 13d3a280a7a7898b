import { headBytes, kindOfHead, MeshError, quoteText } from '../base/index.ts'
import type { Reader } from './needs.ts'
import { packing, type SourceFormat } from './source-format.ts'

/**
 * How many bytes a character of a text file has. Throws `source.unreadable` for what a build would refuse as well: NUL
 * characters, and JSON that is no UTF-8. Of packed files and of Parquet nothing is seen here.
 */
export async function textKind(
  reader: Reader,
  path: string,
  format: SourceFormat,
  name: string,
): Promise<'text' | 'utf-16'> {
  if (format === 'parquet' || 'compression' in packing(name)) return 'text'
  const [row = {}] = await reader.execute(
    `select hex(content[1:${headBytes}]) as head from read_blob(${quoteText(path)})`,
  )
  const kind = kindOfHead(Buffer.from(String(row['head']), 'hex'))
  if (kind === 'text' || (kind === 'utf-16' && format === 'csv')) return kind
  throw new MeshError(
    'source.unreadable',
    kind === 'utf-16'
      ? `${name} is written in UTF-16, and JSON is UTF-8.`
      : `${name} is no text of ${format.toUpperCase()}: it holds NUL characters.`,
    {
      fix:
        kind === 'utf-16'
          ? 'Save it as UTF-8 and try again.'
          : 'Mend the file, or name it by the ending of its format.',
    },
  )
}
