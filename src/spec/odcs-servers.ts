import { needed, number, text, whole, type Fields, type Shape } from './shape.ts'
import type { OdcsLevel } from './odcs-level.ts'

/**
 * What each type of server says besides the common keys: `!` is needed, `@3.1` exists since that version. Our own tables
 * are `iceberg`; nobody here ever opens a connection that a contract names.
 */
const servers: Readonly<Record<string, string>> = {
  api: 'location!',
  athena: 'stagingDir schema! catalog regionName workgroup@3.2',
  azure: 'location! format! encoding@3.2 delimiter',
  bigquery: 'project! dataset!',
  'btrieve@3.2': 'host! port database!',
  clickhouse: 'host! port! database!',
  cloudsql: 'host! port! database! schema!',
  custom:
    'account catalog database dataset delimiter endpointUrl format encoding@3.2 host location path port project region ' +
    'regionName schema serviceName stagingDir warehouse stream@3.1',
  databricks: 'host catalog! schema!',
  db2: 'host! port! database! schema',
  denodo: 'host! port! database',
  dremio: 'host! port! schema',
  duckdb: 'database! schema',
  'exasol@3.2': 'host! port schema',
  'fastobjects@3.2': 'database! host port',
  glue: 'account! database! location format encoding@3.2',
  'hana@3.2': 'host! port database schema',
  'hive@3.1': 'host! port database!',
  'iceberg@3.2': 'catalog! catalogUrl! namespace warehouse',
  'impala@3.1': 'host! port database!',
  informix: 'host! port database!',
  'ingres@3.2': 'database! host! port',
  kafka: 'host! format encoding@3.2',
  kinesis: 'region stream format encoding@3.2',
  local: 'path! format! encoding@3.2',
  mysql: 'host! port! database!',
  oracle: 'host! port! serviceName!',
  'poet@3.2': 'database! host port',
  postgres: 'host! port! database! schema!',
  postgresql: 'host! port! database! schema!',
  presto: 'host! catalog schema',
  pubsub: 'project!',
  redshift: 'host database! schema! region account',
  s3: 'location! endpointUrl format encoding@3.2 delimiter',
  sftp: 'location! format encoding@3.2 delimiter',
  snowflake: 'host port account! database! schema! warehouse',
  sqlserver: 'host! port database! schema!',
  synapse: 'host! port! database!',
  'teradata@3.2': 'host! port database',
  trino: 'host! port! catalog! schema!',
  'vectorwise@3.2': 'database! host! port',
  'versant@3.2': 'database! host port',
  vertica: 'host! port! database! schema!',
  'zen@3.1': 'host! port database!',
}

export interface ServerFields {
  readonly types: readonly string[]
  readonly of: (type: unknown) => Fields
}

/** The types of a version, and the keys of each. */
export function serverFields(level: OdcsLevel): ServerFields {
  const byType = new Map<string, Fields>()
  for (const [name, keys] of Object.entries(servers)) {
    const [type, since] = sinceOf(name)
    if (since <= level) byType.set(type, fieldsOf(keys, level))
  }
  return { types: [...byType.keys()], of: type => (typeof type === 'string' ? byType.get(type) : undefined) ?? {} }
}

function fieldsOf(keys: string, level: OdcsLevel): Fields {
  const fields: Record<string, Shape> = {}
  for (const word of keys.split(' ')) {
    const [name, since] = sinceOf(word)
    const key = name.replace('!', '')
    if (since > level) continue
    const shape = key === 'port' ? portShape(level) : key === 'schema' ? schemaShape(level) : text
    fields[key] = name.endsWith('!') ? needed(shape) : shape
  }
  return fields
}

const portShape = (level: OdcsLevel): Shape => (level < 3.2 ? whole : { kind: 'either', number: whole, text })

/** The 3.0 schema has a number for DuckDB's schema by mistake: both are read. */
const schemaShape = (level: OdcsLevel): Shape => (level < 3.1 ? { kind: 'either', number, text } : text)

function sinceOf(word: string): readonly [string, number] {
  const [name, since] = word.split('@')
  return [name ?? word, since === undefined ? 3.0 : Number(since)]
}
