import { quoteName } from '../../../base/index.ts'
import { bareStatement } from './bare-statement.ts'
import type { DuckType, Field } from './duck-type.ts'
import { WorkerFailure } from './failure.ts'

/** Formats in which a value has a type of its own, rather than a text. */
export type TypedFormat = 'arrow' | 'parquet'

/** What the engine would write as another value, and the type in which it leaves instead; see `docs/answers.md`. */
const replaced: Readonly<Record<TypedFormat, Readonly<Partial<Record<DuckType['kind'], string>>>>> = {
  arrow: { int128: 'DECIMAL(38,0)', uint128: 'VARCHAR', 'time-tz': 'VARCHAR', bit: 'VARCHAR', bignum: 'VARCHAR' },
  parquet: {
    int128: 'DECIMAL(38,0)',
    uint128: 'VARCHAR',
    'time-tz': 'VARCHAR',
    bit: 'VARCHAR',
    bignum: 'VARCHAR',
    interval: 'VARCHAR',
  },
}

/** The statement with a cast around each column that needs one; undefined where none does. */
export function portableStatement(sql: string, columns: readonly Field[], format: TypedFormat): string | undefined {
  const types = columns.map(column => portableType(column.type, format, column.name))
  if (types.every(type => type === undefined)) return undefined
  const inner = columns.map((_, i) => `c${i}`)
  const casts = columns.map(({ name }, i) => {
    const type = types[i]
    return `${type === undefined ? inner[i]! : `cast(${inner[i]!} as ${type})`} as ${quoteName(name)}`
  })
  return `select ${casts.join(', ')} from (${bareStatement(sql)}\n) as answer(${inner.join(', ')})`
}

/** Undefined where the type leaves as it is. */
function portableType(type: DuckType, format: TypedFormat, column: string): string | undefined {
  const inside = (inner: DuckType) => portableType(inner, format, column)
  switch (type.kind) {
    case 'list':
    case 'array': {
      const item = inside(type.item)
      return item && `${item}[${type.kind === 'array' ? type.size : ''}]`
    }
    case 'map': {
      const [key, value] = [inside(type.key), inside(type.value)]
      return key === undefined && value === undefined
        ? undefined
        : `MAP(${key ?? type.key.name}, ${value ?? type.value.name})`
    }
    case 'struct':
    case 'union': {
      const fields = type.fields.map(field => inside(field.type))
      if (fields.every(field => field === undefined)) return undefined
      if (type.kind === 'union' || type.unnamed) throw notPortable(column, type.name, format)
      return `STRUCT(${type.fields.map(({ name, type: own }, i) => `${quoteName(name)} ${fields[i] ?? own.name}`).join(', ')})`
    }
    default:
      return replaced[format][type.kind]
  }
}

const named: Readonly<Record<TypedFormat, string>> = { arrow: 'Arrow', parquet: 'Parquet' }

const notPortable = (column: string, type: string, format: TypedFormat): WorkerFailure =>
  new WorkerFailure({
    kind: 'format',
    message: `The column ${column} has the type ${type}, whose values ${named[format]} cannot hold. Cast it to VARCHAR.`,
    engineClass: '',
  })

export const notFinite = (column: string, format: TypedFormat): WorkerFailure =>
  new WorkerFailure({
    kind: 'format',
    message: `The column ${column} holds an infinite date or time, for which ${named[format]} has no value. Cast it to VARCHAR, or leave such rows out with isfinite().`,
    engineClass: '',
  })
