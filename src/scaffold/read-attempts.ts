import type { ReadOptions, SourceFormat } from './source-format.ts'

/** One way to read a file, and what is said of it where it was not the first. */
export interface ReadAttempt {
  readonly options: ReadOptions
  readonly note?: string
  /** Only tried where the first failure says so. */
  readonly after?: RegExp
  /** The rows are not those of a plain table: names that look wrong are what the file says. */
  readonly odd?: true
}

/** How the engine complains of bytes that are no UTF-8. */
export const notUtf8 = /unicode|utf-?8|encoded/i
const whole = { sample_size: -1 }
const loose = { ...whole, strict_mode: false, null_padding: true }
const uneven = 'its rows have different numbers of fields: missing ones are empty'

/** From what almost every file needs to what only odd ones do. No attempt leaves a row out. */
export function readAttempts(format: SourceFormat): readonly ReadAttempt[] {
  switch (format) {
    case 'csv':
      return [
        { options: {} },
        { options: whole, note: 'its types were taken from all rows, since the first ones mislead' },
        {
          options: { ...whole, encoding: 'latin-1' },
          note: 'it is not UTF-8, so it is read as Latin-1',
          after: notUtf8,
        },
        { options: { ...whole, encoding: 'utf-16' }, note: 'it is read as UTF-16', after: notUtf8 },
        { options: loose, note: uneven, odd: true },
        { options: { ...loose, all_varchar: true }, note: `${uneven}, and every column is text`, odd: true },
      ]
    case 'json':
      return [
        { options: {} },
        { options: whole, note: 'its types were taken from all rows, since the first ones mislead' },
        { options: { ...whole, maximum_object_size: 268_435_456 }, note: 'it has very large objects' },
      ]
    case 'parquet':
      return [{ options: {} }]
  }
}
