import { columnName, nameSql, snakeCase } from './column-name.ts'
import type { Known } from './known.ts'
import { likelyClasses } from './likely-classes.ts'
import { typeTree } from './nested-type.ts'
import type { ColumnProfile, Profile } from './profile-file.ts'
import { storedType, type Stored, type StoredType } from './stored-type.ts'

/** A column of the new contract, and why it was guessed so. */
export interface ColumnGuess {
  /** As the source spells it. */
  readonly source: string
  /** snake_case, unique, no keyword. */
  readonly name: string
  readonly type: StoredType
  /** What the SELECT has to say; the quoted name of the source where the value can be kept as it is. */
  readonly sql: string
  readonly required: boolean
  readonly unique: boolean
  readonly key: boolean
  readonly class: string
  /** Of the fields inside it, by their paths, where they differ. */
  readonly memberClasses: Readonly<Record<string, string>>
  readonly identifier?: string
  readonly pattern?: string
  readonly description: string
  /** Said to the person: `looks like e-mail addresses`. */
  readonly because?: string
  /** Another class is as likely: worth a question. */
  readonly unsure?: true
}

/** The promise that a file would keep today. */
export function guessColumns(profile: Profile, known: Known): readonly ColumnGuess[] {
  const taken = new Set<string>()
  const key = keyOf(profile)
  const looked = profile.columns.map((column, i) => {
    const name = columnName(column.source, i, taken, column.type)
    return { column, name, identifier: identifierOf(name, column, known), stored: storedColumn(column) }
  })
  const classes = likelyClasses(
    looked.map(({ column, name, identifier, stored }) => ({
      // What a keyword became says less than what it was.
      name: snakeCase(column.source) || name,
      samples: column.samples,
      identifier,
      type: stored.type,
    })),
    known,
  )
  return looked.map(({ column, name, identifier, stored }, i) => {
    const isText = stored.type.kind === 'leaf' && stored.type.type === 'VARCHAR'
    const pattern = isText ? commonPattern(column, profile.rows) : undefined
    return {
      source: column.source,
      name,
      ...stored,
      required: profile.rows > 1 && column.nulls === 0,
      unique: column === key,
      key: column === key,
      ...classes[i]!,
      ...(identifier === undefined ? {} : { identifier: identifier.id }),
      ...(pattern === undefined ? {} : { pattern }),
      description: describe(column.source, name),
    }
  })
}

/** JSON that is a single text or number in every row, or nothing at all, is text. */
function storedColumn(column: ColumnProfile): Stored {
  const sql = nameSql(column.source)
  const text = { kind: 'leaf', type: 'VARCHAR', logicalType: 'string' } as const
  if (column.type === '"NULL"') return { type: text, sql: `${sql}::VARCHAR` }
  if (column.utc) return { type: zoned, sql: `timezone('UTC', ${sql})` }
  if (column.type === 'JSON' && (column.flat || column.samples.length === 0))
    return { type: text, sql: `${sql} ->> '$'` }
  if (column.narrower === undefined) return storedType(typeTree(column.type), sql)
  return storedType(typeTree(column.narrower), `${sql}::${column.narrower}`)
}

const zoned = { kind: 'leaf', type: 'TIMESTAMP WITH TIME ZONE', logicalType: 'timestamp' } as const

/** The first column without gaps or repetitions, one that is called a key before all others. Measures are none. */
function keyOf({ columns, rows }: Profile): ColumnProfile | undefined {
  if (rows < 2) return undefined
  const whole = /^(TINYINT|SMALLINT|INTEGER|BIGINT|U\w+INT|UINTEGER|HUGEINT|VARCHAR|UUID|DATE)$/
  const unique = columns.filter(c => c.nulls === 0 && c.distinct === rows && whole.test(c.type))
  const called = unique.find(c => /(^|[_\s]|[a-z](?=[A-Z]))(id|key|no|nr|number|code|uuid)$/i.test(c.source))
  // A first column of numbers is as likely a measure that happens not to repeat.
  return called ?? unique.find(c => c === columns[0] && (c.type === 'VARCHAR' || c.type === 'UUID' || rows >= 20))
}

/** By name alone when the identifier has no pattern; by its values too when it has. */
function identifierOf(
  name: string,
  { samples }: ColumnProfile,
  { identifiers }: Known,
): Known['identifiers'][number] | undefined {
  const named = identifiers.filter(({ id, is }) => {
    const column = is?.split('.').pop()
    const word = id.replaceAll('-', '_')
    return [word, column, `${word}_id`, `${word}_code`, `${word}_no`].includes(name)
  })
  return named.find(({ pattern }) => pattern === undefined || samples.every(sample => fits(sample, pattern)))
}

function fits(sample: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(sample)
  } catch {
    return false // written for RE2 only: without a look at the values nothing is claimed
  }
}

/** Short codes of one form in every row, where there are enough of them to speak of a form. */
function commonPattern({ form, distinct, type }: ColumnProfile, rows: number): string | undefined {
  if (form === undefined || type !== 'VARCHAR' || rows < 10 || distinct < 3 || form.length < 2 || form.length > 12)
    return undefined
  return form.of === 'digits' ? `^[0-9]{${form.length}}$` : `^[A-Z]{${form.length}}$`
}

/** The source's own words; of a name that is no words, the new one's. */
const describe = (source: string, name: string): string => {
  const written = /[\s]/.test(source) || !/^[\w-]*$/.test(source) ? source : name
  const words = written
    .replace(/[_\s]+/g, ' ')
    .replace(/\p{Cc}|\p{Cf}/gu, '')
    .trim()
  return words === '' ? 'Column of the source' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`.slice(0, 200)
}
