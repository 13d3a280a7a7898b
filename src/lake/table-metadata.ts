import { gunzipSync } from 'node:zlib'
import { parseBigJson, printBigJson, type BigJson, type BigObject } from './big-json.ts'
import type { IcebergField, IcebergSchema, IcebergType } from './iceberg-type.ts'
import type { PartitionField, PartitionSpec } from './partition.ts'

/** A table's metadata file, read. `raw` holds all of it, so that what this room does not know survives a commit. */
export interface TableMetadata {
  readonly raw: BigObject
  readonly formatVersion: number
  readonly uuid: string
  readonly location: string
  readonly lastSequenceNumber: bigint
  readonly lastUpdatedMs: number
  readonly lastColumnId: number
  readonly lastPartitionId: number
  readonly schemas: ReadonlyMap<number, IcebergSchema>
  readonly currentSchemaId: number
  readonly specs: ReadonlyMap<number, PartitionSpec>
  readonly defaultSpecId: number
  readonly currentSnapshotId?: bigint
  readonly snapshots: ReadonlyMap<bigint, Snapshot>
  /** What was current from when on, oldest first. */
  readonly snapshotLog: readonly { readonly snapshotId: bigint; readonly timestampMs: number }[]
}

export interface Snapshot {
  readonly id: bigint
  readonly parentId?: bigint
  readonly sequenceNumber: bigint
  readonly timestampMs: number
  /** URI; absent in tables of v1 that list their manifests in place. */
  readonly manifestList?: string
  readonly schemaId?: number
  readonly summary: Readonly<Record<string, string>>
}

/** Unzipped: a hundred thousand snapshots are about 70 MB. */
const metadataBytesMax = 268_435_456

/** Text of a metadata file to its meaning. Throws an Error that says in a sentence what is wrong. */
export function parseMetadata(bytes: Uint8Array): TableMetadata {
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  return metadataOf(
    object(
      parseBigJson(
        Buffer.from(zipped ? gunzipSync(bytes, { maxOutputLength: metadataBytesMax }) : bytes).toString('utf8'),
      ),
      'The file',
    ),
  )
}

export function metadataOf(raw: BigObject): TableMetadata {
  const formatVersion = int(raw, 'format-version')
  if (formatVersion < 1 || formatVersion > 3) {
    throw new Error(`It is of Iceberg's format version ${formatVersion}, and Meshwright reads versions 1 to 3.`)
  }
  const schemas = raw['schemas'] === undefined ? [{ 'schema-id': 0, ...member(raw, 'schema') }] : list(raw, 'schemas')
  const specs =
    raw['partition-specs'] === undefined
      ? [{ 'spec-id': 0, fields: raw['partition-spec'] ?? [] }]
      : list(raw, 'partition-specs')
  const parsedSpecs = specs.map(specOf)
  const current = big(raw['current-snapshot-id'])
  return {
    raw,
    formatVersion,
    uuid: typeof raw['table-uuid'] === 'string' ? raw['table-uuid'] : '',
    location: text(raw, 'location'),
    lastSequenceNumber: big(raw['last-sequence-number']) ?? 0n,
    lastUpdatedMs: int(raw, 'last-updated-ms'),
    lastColumnId: int(raw, 'last-column-id'),
    lastPartitionId: parsedSpecs
      .flatMap(s => s.fields)
      .reduce((max, f) => Math.max(max, f.fieldId), lastPartitionOf(raw)),
    schemas: new Map(schemas.map(schemaOf).map(schema => [schema.schemaId, schema])),
    currentSchemaId: typeof raw['current-schema-id'] === 'number' ? raw['current-schema-id'] : 0,
    specs: new Map(parsedSpecs.map(spec => [spec.specId, spec])),
    defaultSpecId: typeof raw['default-spec-id'] === 'number' ? raw['default-spec-id'] : 0,
    ...(current === undefined || current === -1n ? {} : { currentSnapshotId: current }),
    snapshots: new Map(
      list(raw, 'snapshots', [])
        .map(snapshotOf)
        .map(snapshot => [snapshot.id, snapshot]),
    ),
    snapshotLog: list(raw, 'snapshot-log', []).map(entry => ({
      snapshotId: big(entry['snapshot-id']) ?? missing('snapshot-id'),
      timestampMs: int(entry, 'timestamp-ms'),
    })),
  }
}

const lastPartitionOf = (raw: BigObject): number =>
  typeof raw['last-partition-id'] === 'number' ? raw['last-partition-id'] : 999

export function schemaOf(raw: BigObject): IcebergSchema {
  const identifiers = raw['identifier-field-ids']
  return {
    schemaId: typeof raw['schema-id'] === 'number' ? raw['schema-id'] : 0,
    fields: list(raw, 'fields').map(fieldOf),
    ...(Array.isArray(identifiers) ? { identifierFieldIds: identifiers.map(Number) } : {}),
  }
}

function fieldOf(raw: BigObject): IcebergField {
  return {
    id: int(raw, 'id'),
    name: text(raw, 'name'),
    required: raw['required'] === true,
    type: typeOf(raw['type']),
    ...(typeof raw['doc'] === 'string' ? { doc: raw['doc'] } : {}),
  }
}

function typeOf(raw: BigJson | undefined): IcebergType {
  if (typeof raw === 'string') return raw.replace(/\s+/g, '')
  const type = object(raw, 'A type')
  switch (type['type']) {
    case 'struct':
      return { type: 'struct', fields: list(type, 'fields').map(fieldOf) }
    case 'list':
      return {
        type: 'list',
        'element-id': int(type, 'element-id'),
        element: typeOf(type['element']),
        'element-required': type['element-required'] === true,
      }
    case 'map':
      return {
        type: 'map',
        'key-id': int(type, 'key-id'),
        key: typeOf(type['key']),
        'value-id': int(type, 'value-id'),
        value: typeOf(type['value']),
        'value-required': type['value-required'] === true,
      }
    default:
      throw new Error(`It has a type that Meshwright does not know: ${printBigJson(type['type'] ?? null)}.`)
  }
}

function specOf(raw: BigObject): PartitionSpec {
  return {
    specId: int(raw, 'spec-id'),
    fields: list(raw, 'fields').map((field, i): PartitionField => {
      const sources = field['source-ids']
      if (Array.isArray(sources) && sources.length > 1)
        throw new Error('It partitions by several columns in one field.')
      return {
        fieldId: typeof field['field-id'] === 'number' ? field['field-id'] : 1000 + i,
        sourceId: Array.isArray(sources) ? Number(sources[0]) : int(field, 'source-id'),
        name: text(field, 'name'),
        transform: text(field, 'transform'),
      }
    }),
  }
}

/** Histories share their entries from file to file: each is read once. */
const snapshotsRead = new WeakMap<BigObject, Snapshot>()

function snapshotOf(raw: BigObject): Snapshot {
  const known = snapshotsRead.get(raw)
  if (known !== undefined) return known
  const parentId = big(raw['parent-snapshot-id'])
  const summary = Object.entries(raw['summary'] ?? {}).map(([key, value]): [string, string] => [key, String(value)])
  const snapshot: Snapshot = {
    id: big(raw['snapshot-id']) ?? missing('snapshot-id'),
    ...(parentId === undefined ? {} : { parentId }),
    sequenceNumber: big(raw['sequence-number']) ?? 0n,
    timestampMs: int(raw, 'timestamp-ms'),
    ...(typeof raw['manifest-list'] === 'string' ? { manifestList: raw['manifest-list'] } : {}),
    ...(typeof raw['schema-id'] === 'number' ? { schemaId: raw['schema-id'] } : {}),
    summary: Object.fromEntries(summary),
  }
  snapshotsRead.set(raw, snapshot)
  return snapshot
}

function big(value: BigJson | undefined): bigint | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : undefined
}

function int(of: BigObject, key: string): number {
  const value = of[key]
  return typeof value === 'number' ? value : missing(key)
}

function text(of: BigObject, key: string): string {
  const value = of[key]
  return typeof value === 'string' ? value : missing(key)
}

function list(of: BigObject, key: string, absent?: readonly BigObject[]): readonly BigObject[] {
  const value = of[key]
  if ((value === undefined || value === null) && absent !== undefined) return absent
  if (!Array.isArray(value)) return missing(key)
  return value.map((item: BigJson) => object(item, `An item of "${key}"`))
}

const member = (of: BigObject, key: string): BigObject => object(of[key], `"${key}"`)

function object(value: BigJson | undefined, what: string): BigObject {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as BigObject
  throw new Error(`${what} is not an object.`)
}

function missing(key: string): never {
  throw new Error(`It has no proper "${key}".`)
}
