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
export const notUtf8 = /not utf-8 encoded|invalid unicode/i
const whole = { sample_size: -1 }
const loose = { ...whole, strict_mode: false, null_padding: true }
const uneven = 'its rows have different numbers of fields: missing ones are empty'
const misleading = 'its types were taken from all rows, since the first ones mislead'

/** From what almost every file needs to what only odd ones do. No attempt leaves a row out. */
export function readAttempts(format: SourceFormat, kind: 'text' | 'utf-16'): readonly ReadAttempt[] {
  switch (format) {
    case 'csv':
      return kind === 'utf-16'
        ? encodedAttempts('utf-16', 'it is read as UTF-16')
        : [
            ...csvAttempts.slice(0, 2),
            ...encodedAttempts('latin-1', 'it is not UTF-8, so it is read as Latin-1').map(attempt => ({
              ...attempt,
              after: notUtf8,
            })),
            ...csvAttempts.slice(2),
          ]
    case 'json':
      return [
        { options: {} },
        { options: whole, note: misleading },
        { options: { ...whole, maximum_object_size: 268_435_456 }, note: 'it has very large objects' },
      ]
    case 'parquet':
      return [{ options: {} }]
  }
}

const csvAttempts: readonly ReadAttempt[] = [
  { options: {} },
  { options: whole, note: misleading },
  { options: loose, note: uneven, odd: true },
  { options: { ...loose, all_varchar: true }, note: `${uneven}, and every column is text`, odd: true },
]

/** The same, of all rows at once. */
const encodedAttempts = (encoding: string, said: string): readonly ReadAttempt[] =>
  [{ options: whole }, ...csvAttempts.slice(2)].map((attempt: ReadAttempt) => ({
    ...attempt,
    options: { ...attempt.options, encoding },
    note: attempt.note === undefined ? said : `${said}; ${attempt.note}`,
  }))
