import { expect, test } from 'vitest'
import { memoryLake } from '../../src/adapters/files/memory-lake-files.ts'
import { memoryPointers } from '../../src/adapters/files/memory-pointers.ts'
import { commit, listOrphans, stageSnapshot } from '../../src/lake/index.ts'
import { dataFile, idSchema } from './data.ts'

test('only what no committed snapshot reaches, and that is old enough, is an orphan', async () => {
  let clock = 1000
  const [files, pointers] = [memoryLake(() => clock), memoryPointers()]
  const base = { schema: idSchema, now: new Date(1000), table: 't' }
  const write = async (name: string) => {
    await files.create(`t/data/${name}`, new Uint8Array(1))
    return dataFile(`t/data/${name}`)
  }
  for (const name of ['a', 'b']) {
    const change = { kind: 'append', files: [await write(name)] } as const
    await commit({ files, pointers, tables: [{ ...base, change }] })
  }
  const parent = (await pointers.get('t'))!
  const change = { kind: 'replace', files: [await write('c')] } as const
  await commit({ files, pointers, tables: [{ ...base, parent, change }] })
  const current = (await pointers.get('t'))!
  const staged = await stageSnapshot({
    ...base,
    files,
    parent: current,
    change: { kind: 'append', files: [await write('d')] },
  })
  clock = 5000
  await write('young')
  await files.create('t10/data/x', new Uint8Array(1))
  const orphans = await listOrphans(files, 't', [current], new Date(5000))
  expect(orphans.toSorted()).toEqual([...staged.created, 't/data/d'].toSorted())
  await files.remove((await files.list('t/metadata')).find(({ path }) => path.includes('/snap-'))!.path)
  const cold = { ...files }
  await expect(listOrphans(cold, 't', [current], new Date(5000))).rejects.toMatchObject({ code: 'storage.damaged' })
})
