/**
 * Tables as Iceberg v2: schemas that evolve by column id, manifests, snapshots, and commits by compare-and-set of a pointer. Every Iceberg
 * client can read what it writes, and it reads what other writers of versions 1 to 3 left, where rows are not deleted one by one. It
 * knows folders and files, and never a domain, a person or a policy; data files are written by the engine, elsewhere.
 */
export type { Change, RemovedFiles } from './change.ts'
export { commit, type CommitRequest, type CommitTable } from './commit.ts'
export { dataFileOf, splitOffsetsSql, type DataFile, type ReturnStats } from './data-file.ts'
export { parseDuckType, type DuckType } from './duckdb-type.ts'
export { evolveSchema, type EvolvedSchema, type EvolveOptions, type NewColumn } from './evolve-schema.ts'
export { expireSnapshots, type ExpiryRequest } from './expire-snapshots.ts'
export { fieldIdsSql } from './field-ids.ts'
export { castAdvice, icebergTypeOf } from './iceberg-type-of.ts'
export type { IcebergField, IcebergSchema, IcebergType, ListType, MapType, StructType } from './iceberg-type.ts'
export type { LakeFile, LakeFiles, PointerMove, Pointers } from './needs.ts'
export { listOrphans } from './orphans.ts'
export type { Partition, PartitionBy, PartitionField, PartitionSpec, PartitionValue } from './partition.ts'
export {
  listSnapshots,
  readSchema,
  readTable,
  snapshotAsOf,
  type SnapshotFile,
  type TableSnapshot,
} from './read-table.ts'
export { dropStaged, stageSnapshot, type StagedSnapshot, type StageRequest } from './stage-snapshot.ts'
export { transform, valueOfText } from './transform.ts'
