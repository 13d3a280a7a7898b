import type { DataFile, IcebergSchema, Partition } from '../../src/lake/index.ts'

export const idSchema: IcebergSchema = {
  schemaId: 0,
  fields: [{ id: 1, name: 'id', required: false, type: 'long' }],
}

/** A data file as metadata knows it; there need not be one. */
export function dataFile(path: string, rows = 1, partition: Partition = {}): DataFile {
  const none = new Map<number, never>()
  const counts = { columnSizes: none, valueCounts: none, nullCounts: none, nanCounts: none, lower: none, upper: none }
  return { path, rows: BigInt(rows), sizeBytes: rows * 10, partition, ...counts, splitOffsets: [4n] }
}
