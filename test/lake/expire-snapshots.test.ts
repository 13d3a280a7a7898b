import { expect, test } from 'vitest'
import { memoryLake } from '../../src/adapters/files/memory-lake-files.ts'
import { memoryPointers } from '../../src/adapters/files/memory-pointers.ts'
import { commit, expireSnapshots, listOrphans, listSnapshots, readTable, snapshotAsOf } from '../../src/lake/index.ts'
import { dataFile, idSchema } from './data.ts'

async function tableOfFive() {
  const [files, pointers] = [memoryLake(() => 0), memoryPointers()]
  for (let i = 1; i <= 5; i++) {
    const parent = await pointers.get('t')
    await files.create(`t/data/${i}`, new Uint8Array(1))
    const change = { kind: 'replace', files: [dataFile(`t/data/${i}`)] } as const
    const base = parent === undefined ? {} : { parent }
    await commit({
      files,
      pointers,
      tables: [{ table: 't', ...base, schema: idSchema, now: new Date(i * 1000), change }],
    })
  }
  return { files, pointers, table: 't', now: new Date(9000) }
}

test('old snapshots are forgotten, and what only they held becomes an orphan', async () => {
  const lake = await tableOfFive()
  const first = await lake.pointers.get('t')
  const move = await expireSnapshots({ ...lake, olderThan: new Date(4000), keepMin: 1 })
  expect(move).toMatchObject({ table: 't', from: first, rows: 1, sizeBytes: 10 })
  expect(await lake.pointers.get('t')).toBe(move!.to)
  const left = await listSnapshots(lake.files, move!.to)
  expect(left.map(({ timestampMs }) => timestampMs)).toEqual([4000, 5000])
  expect((await readTable(lake.files, move!.to)).files.map(file => file.path)).toEqual(['t/data/5'])
  expect(await snapshotAsOf(lake.files, move!.to, 3500)).toBeUndefined()
  const orphans = await listOrphans(lake.files, 't', [move!.to], new Date(9000))
  expect(orphans.filter(path => path.startsWith('t/data/'))).toEqual(['t/data/1', 't/data/2', 't/data/3'])
  for (const path of orphans) await lake.files.remove(path)
  for (const { snapshotId } of left) {
    const [file] = (await readTable({ ...lake.files }, move!.to, snapshotId)).files
    await lake.files.read(file!.path)
  }
})

test('the last ones stay however old they are, and then there is nothing to do', async () => {
  const lake = await tableOfFive()
  const move = await expireSnapshots({ ...lake, olderThan: new Date(9000), keepMin: 3 })
  expect(await listSnapshots(lake.files, move!.to)).toHaveLength(3)
  expect(await expireSnapshots({ ...lake, olderThan: new Date(9000), keepMin: 3 })).toBeUndefined()
  const last = await expireSnapshots({ ...lake, olderThan: new Date(9000), keepMin: 0 })
  expect(await listSnapshots(lake.files, last!.to)).toHaveLength(1)
})

test('a writer that was faster wins', async () => {
  const lake = await tableOfFive()
  const before = await lake.files.list('t/metadata')
  const pointers = { ...lake.pointers, swap: async () => false }
  const expiry = expireSnapshots({ ...lake, pointers, olderThan: new Date(9000), keepMin: 1 })
  await expect(expiry).rejects.toMatchObject({ code: 'request.conflict' })
  expect(await lake.files.list('t/metadata')).toEqual(before)
})
