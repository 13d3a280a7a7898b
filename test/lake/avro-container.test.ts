import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import avro from 'avsc'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAvro, writeAvro } from '../../src/lake/avro-container.ts'
import { manifestSchema } from '../../src/lake/manifest-schema.ts'
import { readManifest, writeManifest, type ManifestEntry } from '../../src/lake/manifest.ts'
import type { PartitionSpec } from '../../src/lake/index.ts'
import { dataFile, idSchema } from './data.ts'

const schema = {
  type: 'record',
  name: 'r',
  fields: [
    { name: 'n', type: 'long', 'field-id': 7 },
    { name: 's', type: ['null', 'string'], 'field-id': 8 },
  ],
}

const forms = { uri: (path: string) => `file:///lake/${path}`, pathOf: (uri: string) => uri.slice(13) }

test('an independent reader finds the records, the key-values and every attribute of the schema', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mw-avro-'))
  const records = Array.from({ length: 2000 }, (_, i) => ({ n: i, s: i % 2 === 0 ? null : `straße ${i}` }))
  await writeFile(join(folder, 'x.avro'), writeAvro(schema, records, { 'schema-id': '3' }))
  const found: unknown[] = []
  const header = await new Promise<{ meta: Record<string, Buffer> }>((resolve, reject) => {
    let first: { meta: Record<string, Buffer> } | undefined
    avro
      .createFileDecoder(join(folder, 'x.avro'))
      .on('metadata', (_type: unknown, _codec: unknown, head: { meta: Record<string, Buffer> }) => (first = head))
      .on('data', (record: unknown) => found.push(record))
      .on('error', reject)
      .on('end', () => resolve(first!))
  })
  await rm(folder, { recursive: true })
  expect(found.map(record => ({ ...(record as object) }))).toEqual(records)
  expect(header.meta['schema-id']!.toString()).toBe('3')
  expect(header.meta['avro.codec']!.toString()).toBe('deflate')
  expect(JSON.parse(header.meta['avro.schema']!.toString())).toEqual(schema)
})

test('longs of 64 bits come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), numbers => {
      const bytes = writeAvro(
        schema,
        numbers.map(n => ({ n, s: null })),
        {},
      )
      expect(readAvro(bytes).records.map(record => (record as { n: bigint }).n)).toEqual(numbers)
    }),
  )
})

test('a file that is cut off anywhere is refused, never read in part', () => {
  const bytes = writeAvro(
    schema,
    [
      { n: 1n, s: 'x' },
      { n: 2n, s: null },
    ],
    { a: 'b' },
  )
  for (let length = 0; length < bytes.length; length++) {
    // A file without any block is a whole file without records.
    if (length === bytes.length - 16 - 6 - 2) continue
    expect(() => readAvro(bytes.subarray(0, length)), String(length)).toThrow()
  }
  const swapped = Buffer.from(bytes)
  swapped[swapped.length - 1]! ^= 1
  expect(() => readAvro(swapped)).toThrow('mark')
})

test('a manifest keeps its entries, with field ids and logical types for other readers', () => {
  const fields = [
    ...idSchema.fields,
    { id: 2, name: 'de', required: false, type: 'decimal(20,2)' },
    { id: 3, name: 'u', required: false, type: 'uuid' },
    { id: 4, name: 'ts', required: false, type: 'timestamptz' },
  ]
  const spec: PartitionSpec = {
    specId: 2,
    fields: fields.map((f, i) => ({ fieldId: 1000 + i, sourceId: f.id, name: `${f.name} ü`, transform: 'identity' })),
  }
  const partition = {
    'id ü': 9007199254740993n,
    'de ü': -12345678901234567890n,
    'u ü': 'f79c3e09-677c-4bbd-a479-3f349cb785e7',
    'ts ü': null,
  }
  const file = {
    ...dataFile('t/x', 3, partition),
    lower: new Map([[1, Buffer.from('aa', 'hex')]]),
    nullCounts: new Map([[1, 2n]]),
  }
  const entries: readonly ManifestEntry[] = [
    { status: 'added', snapshotId: 9223372036854775807n, file },
    { status: 'existing', snapshotId: 1n, sequenceNumber: 2n, fileSequenceNumber: 3n, file },
    { status: 'deleted', snapshotId: 1n, sequenceNumber: 2n, fileSequenceNumber: 3n, file },
  ]
  const bytes = writeManifest({ schema: { schemaId: 5, fields }, spec }, entries, forms)
  const read = readManifest(bytes, id => (id === 2 ? spec : undefined), fields, forms)
  expect(read.schemaId).toBe(5)
  expect(read.entries).toEqual(entries)
  const text = JSON.stringify(manifestSchema(spec, fields))
  expect(text).toContain('"logicalType":"decimal","precision":20,"scale":2')
  expect(text).toContain(
    '"name":"ts_x20_xFC","type":["null",{"type":"long","logicalType":"timestamp-micros","adjust-to-utc":true}]',
  )
  expect([...text.matchAll(/"field-id":(\d+)/g)].map(match => Number(match[1]))).toEqual(
    expect.arrayContaining(
      [
        0, 1, 2, 3, 4, 100, 101, 102, 103, 104, 105, 108, 109, 110, 125, 128, 131, 132, 134, 135, 137, 140, 117, 118,
      ].filter(id => id !== 105),
    ),
  )
})

test('a block that counts more records than it has bytes is refused at once', () => {
  const empty = { type: 'record', name: 'e', fields: [] }
  expect(() => readAvro(writeAvro(empty, [{}, {}], {}))).toThrow('more records than it can hold')
})
