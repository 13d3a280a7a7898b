import type { BigJson, BigObject } from './big-json.ts'
import { highestId, type IcebergSchema } from './iceberg-type.ts'
import { schemaJson, specJson } from './metadata-text.ts'
import type { PartitionSpec } from './partition.ts'
import { metadataOf, type TableMetadata } from './table-metadata.ts'

export interface NextMetadata {
  readonly base: TableMetadata | undefined
  /** URI of the file that `base` was read from. */
  readonly baseUri?: string
  readonly uuid: string
  readonly location: string
  readonly schema: IcebergSchema
  readonly lastColumnId: number
  readonly spec: PartitionSpec
  readonly properties: Readonly<Record<string, string>>
  readonly snapshot: {
    readonly id: bigint
    readonly parentId?: bigint
    readonly sequenceNumber: bigint
    readonly timestampMs: number
    readonly manifestList: string
    readonly summary: Readonly<Record<string, string>>
  }
}

/** Previous metadata files that a table remembers. */
const metadataLogMax = 100

/** The metadata of a table after one more snapshot of `main`; what the base holds beside that stays. */
export function nextMetadata(next: NextMetadata): TableMetadata {
  const { base, snapshot, schema, spec } = next
  const raw = base?.raw ?? {}
  const log = [...array(raw['metadata-log']), ...logEntry(next)].slice(-metadataLogMax)
  const lastPartitionId = spec.fields.reduce((max, field) => Math.max(max, field.fieldId), base?.lastPartitionId ?? 999)
  const id = json(snapshot.id)
  return metadataOf({
    ...raw,
    'format-version': 2,
    'table-uuid': next.uuid,
    location: next.location,
    'last-sequence-number': json(snapshot.sequenceNumber),
    'last-updated-ms': snapshot.timestampMs,
    'last-column-id': Math.max(base?.lastColumnId ?? 0, next.lastColumnId, highestId(schema.fields)),
    'current-schema-id': schema.schemaId,
    schemas: withItem(raw['schemas'], base?.schemas.has(schema.schemaId), schemaJson(schema)),
    'default-spec-id': spec.specId,
    'partition-specs': withItem(raw['partition-specs'], base?.specs.has(spec.specId), specJson(spec)),
    'last-partition-id': lastPartitionId,
    'default-sort-order-id': 0,
    'sort-orders': raw['sort-orders'] ?? [{ 'order-id': 0, fields: [] }],
    properties: { ...object(raw['properties']), ...next.properties },
    'current-snapshot-id': id,
    refs: { ...object(raw['refs']), main: { 'snapshot-id': id, type: 'branch' } },
    snapshots: [...array(raw['snapshots']), snapshotJson(next)],
    'snapshot-log': [...array(raw['snapshot-log']), { 'snapshot-id': id, 'timestamp-ms': snapshot.timestampMs }],
    'metadata-log': log,
  })
}

function snapshotJson({ snapshot, schema }: NextMetadata): BigObject {
  return {
    'snapshot-id': json(snapshot.id),
    ...(snapshot.parentId === undefined ? {} : { 'parent-snapshot-id': json(snapshot.parentId) }),
    'sequence-number': json(snapshot.sequenceNumber),
    'timestamp-ms': snapshot.timestampMs,
    'manifest-list': snapshot.manifestList,
    summary: snapshot.summary,
    'schema-id': schema.schemaId,
  }
}

function logEntry({ base, baseUri }: NextMetadata): readonly BigObject[] {
  if (base === undefined || baseUri === undefined) return []
  return [{ 'metadata-file': baseUri, 'timestamp-ms': base.lastUpdatedMs }]
}

const withItem = (items: BigJson | undefined, there: boolean | undefined, item: BigObject): readonly BigJson[] =>
  there === true ? array(items) : [...array(items), item]

const array = (value: BigJson | undefined): readonly BigJson[] => (Array.isArray(value) ? (value as BigJson[]) : [])
const object = (value: BigJson | undefined): BigObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as BigObject) : {}
const json = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value)
