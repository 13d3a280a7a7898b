import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { memoryLake } from '../../src/adapters/files/memory-lake-files.ts'
import { readTable, stageSnapshot, type LakeFiles } from '../../src/lake/index.ts'
import { writeAvro } from '../../src/lake/avro-container.ts'
import { manifestListSchema, manifestSchema } from '../../src/lake/manifest-schema.ts'
import { unpartitioned } from '../../src/lake/partition.ts'
import { dataFile, idSchema } from './data.ts'

const id = '9223372036854775806'
const stage = {
  table: 't',
  schema: idSchema,
  now: new Date(1),
  change: { kind: 'append', files: [dataFile('t/1', 3)] },
} as const

interface Json {
  [key: string]: unknown
}

/** A table of ours whose metadata another writer might have written so. */
async function rewritten(
  change: (metadata: Json) => Json,
  name = 'other.metadata.json',
  zip = false,
): Promise<[LakeFiles, string]> {
  const files = memoryLake()
  const staged = await stageSnapshot({ ...stage, files, snapshotId: id })
  const text = Buffer.from(await files.read(staged.to)).toString()
  const safe = text.replaceAll(`:${id}`, `:"#${id}"`)
  const changed = JSON.stringify(change(JSON.parse(safe) as Json)).replaceAll(`"#${id}"`, id)
  const path = `t/metadata/${name}`
  await files.create(path, zip ? gzipSync(changed) : Buffer.from(changed))
  return [files, path]
}

test('zipped metadata is read, with ids of 63 bits', async () => {
  const [files, path] = await rewritten(metadata => metadata, '00001-x.gz.metadata.json', true)
  expect(await readTable(files, path)).toMatchObject({ snapshotId: id, rows: 3n })
})

test('a table of version 1 is read and not written', async () => {
  const [files, path] = await rewritten(metadata => {
    const { schemas, 'partition-specs': specs, refs: _, 'last-sequence-number': _s, ...rest } = metadata
    const { 'schema-id': _id, ...schema } = (schemas as Json[])[0]!
    return { ...rest, 'format-version': 1, schema, 'partition-spec': (specs as Json[])[0]!['fields'] }
  })
  expect(await readTable(files, path)).toMatchObject({ rows: 3n, schema: idSchema })
  await expect(stageSnapshot({ ...stage, files, parent: path })).rejects.toThrow('format version 1')
})

test('version 3 is read as far as it is like 2, version 4 is refused', async () => {
  const [files, path] = await rewritten(metadata => ({ ...metadata, 'format-version': 3, 'next-row-id': 3 }))
  expect((await readTable(files, path)).rows).toBe(3n)
  const [newer, newerPath] = await rewritten(metadata => ({ ...metadata, 'format-version': 4 }))
  await expect(readTable(newer, newerPath)).rejects.toThrow('format version 4')
})

test('what this version does not know survives a commit', async () => {
  const kept = { statistics: [{ 'snapshot-id': 1 }], 'x-other': { a: [1, 'b'] }, properties: { owner: 'them' } }
  const [files, path] = await rewritten(metadata => ({ ...metadata, ...kept }))
  const staged = await stageSnapshot({ ...stage, files, parent: path, properties: { ours: 'too' } })
  const text = Buffer.from(await files.read(staged.to)).toString()
  expect(text).toContain('"x-other":{"a":[1,"b"]}')
  expect(text).toContain('"owner":"them"')
  expect(text).toContain('"ours":"too"')
  expect(text).toContain(`"parent-snapshot-id":${id}`)
})

test('a table with row-level deletes is refused, never read without them', async () => {
  const files = memoryLake()
  const staged = await stageSnapshot({ ...stage, files })
  const list = staged.created.find(path => path.includes('/snap-'))!
  const deletes = {
    manifest_path: files.uri('t/metadata/deletes.avro'),
    manifest_length: 1n,
    partition_spec_id: 0,
    content: 1,
    sequence_number: 2n,
    min_sequence_number: 2n,
    added_snapshot_id: 1n,
    added_files_count: 1,
    existing_files_count: 0,
    deleted_files_count: 0,
    added_rows_count: 1n,
    existing_rows_count: 0n,
    deleted_rows_count: 0n,
    partitions: null,
    key_metadata: null,
  }
  await files.remove(list)
  await files.create(list, writeAvro(manifestListSchema, [deletes], {}))
  await expect(readTable(files, staged.to)).rejects.toMatchObject({ code: 'source.unreadable' })
  const replace = { ...stage, change: { kind: 'replace', files: [] } } as const
  await expect(stageSnapshot({ ...replace, files, parent: staged.to })).rejects.toMatchObject({
    code: 'source.unreadable',
  })
})

test.each([
  ['metadata', '{"format-version": 2'],
  ['metadata', '[]'],
  [
    'metadata',
    '{"format-version": 2, "location": "x", "last-updated-ms": 1, "last-column-id": 1, "schemas": [{"fields": [{}]}]}',
  ],
  ['snap', 'Obj'],
  ['-m0', 'Obj\u0001'],
])('a damaged %s file is named', async (kind, text) => {
  const files = memoryLake()
  const staged = await stageSnapshot({ ...stage, files })
  const path = staged.created.find(p => p.includes(kind === 'metadata' ? '.metadata.json' : kind))!
  await files.remove(path)
  await files.create(path, Buffer.from(text))
  const damage = readTable({ ...files }, staged.to)
  await expect(damage).rejects.toMatchObject({ code: 'storage.damaged' })
  await expect(damage).rejects.toThrow(path)
})

test('manifests of version 1 lack what came later', async () => {
  const files = memoryLake()
  const staged = await stageSnapshot({ ...stage, files })
  const path = staged.created.find(p => p.includes('-m0'))!
  const schema = manifestSchema(unpartitioned, idSchema.fields) as {
    fields: { name: string; type: { fields: { name: string }[] } }[]
  }
  const late = new Set(['content', 'nan_value_counts', 'equality_ids', 'sequence_number', 'file_sequence_number'])
  const old = structuredClone(schema)
  old.fields = old.fields.filter(field => !late.has(field.name))
  const file = old.fields.at(-1)!.type
  file.fields = file.fields.filter(field => !late.has(field.name))
  const entry = {
    status: 1,
    snapshot_id: 5n,
    data_file: {
      file_path: files.uri('t/1'),
      file_format: 'parquet',
      partition: {},
      record_count: 3n,
      file_size_in_bytes: 30n,
      column_sizes: null,
      value_counts: null,
      null_value_counts: null,
      lower_bounds: null,
      upper_bounds: null,
      key_metadata: null,
      split_offsets: null,
      sort_order_id: 0,
    },
  }
  await files.remove(path)
  await files.create(path, writeAvro(old, [entry], { 'format-version': '1' }))
  const read = await readTable({ ...files }, staged.to)
  expect(read.files).toMatchObject([{ path: 't/1', rows: 3n, schemaId: 0, specId: 0 }])
})
