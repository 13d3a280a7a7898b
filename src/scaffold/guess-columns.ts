import type { ColumnProfile, Profile } from './profile-file.ts'
import { likelyClass } from './likely-class.ts'
import { storableType } from './storable-type.ts'

/** A column of the new contract, and why it was guessed so. */
export interface ColumnGuess {
  /** As the source spells it. */
  readonly source: string
  /** snake_case, unique, no keyword. */
  readonly name: string
  /** What the SELECT has to give; differs from the source's type where that cannot be stored. */
  readonly type: string
  readonly logicalType: string
  readonly cast: boolean
  readonly required: boolean
  readonly unique: boolean
  readonly key: boolean
  readonly class: string
  readonly identifier?: string
  readonly pattern?: string
  readonly description: string
  /** Said to the person: `looks like e-mail addresses, so it is classed personal`. */
  readonly because?: string
}

export interface Known {
  /** From open to strict. */
  readonly classes: readonly string[]
  readonly defaultClass: string
  /** Shared identifiers that say what their values look like. */
  readonly identifiers: readonly { readonly id: string; readonly is?: string; readonly pattern?: string }[]
}

/** The promise that a file would keep today. */
export function guessColumns(profile: Profile, known: Known): readonly ColumnGuess[] {
  const taken = new Set<string>()
  const key = keyOf(profile)
  return profile.columns.map(column => {
    const name = freshName(column.source, taken)
    const { type, logicalType } = storableType(column.keepsZeros ? 'VARCHAR' : column.type)
    const sensitivity = likelyClass(name, column, known)
    const identifier = identifierOf(name, column, known)
    const pattern = logicalType === 'string' ? commonPattern(column) : undefined
    const full = profile.rows > 0 && column.nulls === 0
    return {
      source: column.source,
      name,
      type,
      logicalType,
      cast: type !== column.type,
      required: full,
      unique: full && column.distinct === profile.rows && column === key,
      key: column === key,
      class: sensitivity.class,
      ...(identifier === undefined ? {} : { identifier }),
      ...(pattern === undefined ? {} : { pattern }),
      description: describe(column.source),
      ...(sensitivity.because === undefined ? {} : { because: sensitivity.because }),
    }
  })
}

/** The first column without gaps or repetitions, one that is called a key before all others. Measures are none. */
function keyOf({ columns, rows }: Profile): ColumnProfile | undefined {
  if (rows < 2) return undefined
  const unique = columns.filter(c => c.nulls === 0 && c.distinct === rows && !/DOUBLE|FLOAT|DECIMAL|\[|\(/.test(c.type))
  return (
    unique.find(c => /(^|[_\s])(id|key|no|number|code|uuid)$/i.test(c.source)) ?? unique.find(c => c === columns[0])
  )
}

/** By name alone when the identifier has no pattern; by its values too when it has. */
function identifierOf(name: string, { samples }: ColumnProfile, { identifiers }: Known): string | undefined {
  const named = identifiers.filter(({ id, is }) => {
    const column = is?.split('.').pop()
    return name === id || name === column || name === `${id}_id` || name === `${id}_code`
  })
  return named.find(({ pattern }) => pattern === undefined || samples.every(s => new RegExp(pattern).test(s)))?.id
}

/** Short codes of one form: two to eight letters or digits, the same length in every sample. */
function commonPattern({ samples, distinct }: ColumnProfile): string | undefined {
  const [first] = samples
  if (first === undefined || distinct < 3 || first.length < 2 || first.length > 8) return undefined
  if (!samples.every(sample => sample.length === first.length)) return undefined
  if (samples.every(sample => /^[0-9]+$/.test(sample))) return `^[0-9]{${first.length}}$`
  if (samples.every(sample => /^[A-Z]+$/.test(sample))) return `^[A-Z]{${first.length}}$`
  return undefined
}

function freshName(source: string, taken: Set<string>): string {
  const plain = source
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()
  const started = /^[a-z]/.test(plain) ? plain : `c_${plain === '' ? 'column' : plain}`
  const safe = keywords.has(started) ? `${started}_name` : started
  let name = safe
  for (let n = 2; taken.has(name); n++) name = `${safe}_${n}`
  taken.add(name)
  return name
}

const describe = (source: string): string => {
  const words = source.replace(/[_\s]+/g, ' ').trim()
  return words === '' ? 'Column of the source' : words.charAt(0).toUpperCase() + words.slice(1)
}

const keywords = new Set(
  'all and any as asc between by case cast check collate column constraint create cross current date default desc distinct else end except exists false for foreign from full group having in inner intersect into is join leading left like limit natural not null offset on operator or order outer primary references right select some table then time timestamp to true union unique user using values when where window with'.split(
    ' ',
  ),
)
