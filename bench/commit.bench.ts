import { rmSync } from 'node:fs'
import { folderLake, memoryPointers } from '../src/adapters/files/index.ts'
import { commit, readTable, type Change, type DataFile } from '../src/lake/index.ts'
import { median, quantile, repeat } from './kit/measure.ts'
import { scratch } from './kit/product.ts'
import { report, shown, type Line } from './kit/report.ts'

/**
 * How long is a commit, without the data? The hardware asks for three files made durable at once: a write, two fsyncs and a
 * link each, about 1 ms where an fsync takes 0.13 ms. The aim is 15 ms.
 */
const folder = scratch('commit')
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const files = folderLake(folder)
const pointers = memoryPointers()
const columns = Array.from({ length: 16 }, (_, i) => ({ id: i + 1, name: `c${i}`, required: false, type: 'long' }))
const schema = { schemaId: 0, fields: columns }
const eight = new Uint8Array(8)
const counts = new Map(columns.map(({ id }) => [id, 1000n]))
const bounds = new Map(columns.map(({ id }) => [id, eight]))

let made = 0
const dataFile = (table: string): DataFile => ({
  path: `${table}/data/${++made}.parquet`,
  rows: 1000n,
  sizeBytes: 100_000,
  partition: {},
  columnSizes: counts,
  valueCounts: counts,
  nullCounts: counts,
  nanCounts: new Map(),
  lower: bounds,
  upper: bounds,
  splitOffsets: [4n],
})

async function change(table: string, of: (table: string) => Change): Promise<void> {
  const parent = await pointers.get(table)
  const base = parent === undefined ? {} : { parent }
  await commit({ files, pointers, tables: [{ table, ...base, schema, now: new Date(), change: of(table) }] })
}

const lines: Line[] = []
async function measured(what: string, work: () => Promise<unknown>, most?: number): Promise<void> {
  await repeat(20, work)
  const times = await repeat(200, work)
  const limit = most === undefined ? {} : { limit: { most } }
  lines.push({ what, value: median(times), unit: 'ms', ...limit, note: `p95 ${shown(quantile(times, 0.95))} ms` })
}

const append = (table: string) => ({ kind: 'append', files: [dataFile(table)] }) as const
await measured('append one file to a table', () => change('append/v1', append), 15)
await measured(
  'replace the files of a table',
  () => change('replace/v1', of => ({ kind: 'replace', files: [dataFile(of)] })),
  15,
)
await measured('append to two tables at once', async () => {
  const tables = await Promise.all(
    ['a/v1', 'b/v1'].map(async table => {
      const parent = await pointers.get(table)
      return { table, ...(parent === undefined ? {} : { parent }), schema, now: new Date(), change: append(table) }
    }),
  )
  await commit({ files, pointers, tables })
})
const thousand = (of: string): Change => ({ kind: 'append', files: Array.from({ length: 1000 }, () => dataFile(of)) })
await change('read/v1', thousand)
const current = (await pointers.get('read/v1'))!
await measured('read a snapshot of 1,000 files, met before', () => readTable(files, current))
await measured('read it in a process that knows nothing', () => readTable({ ...files }, current))
report('Commits of one file with 16 columns, without the data', lines)
