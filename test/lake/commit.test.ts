import { describe, expect, test } from 'vitest'
import { memoryLake } from '../../src/adapters/files/memory-lake-files.ts'
import { memoryPointers } from '../../src/adapters/files/memory-pointers.ts'
import { commit, listSnapshots, readTable, stageSnapshot, type LakeFiles, type Pointers } from '../../src/lake/index.ts'
import { dataFile, idSchema } from './data.ts'

const now = new Date('2026-01-01T00:00:00Z')
const base = { schema: idSchema, now }

/** Each call is another process, as far as turns are concerned. */
const anotherProcess = (pointers: Pointers): Pointers => ({
  get: table => pointers.get(table),
  swap: moves => pointers.swap(moves),
})

async function append(files: LakeFiles, pointers: Pointers, table: string, path: string): Promise<void> {
  await commit({ files, pointers, tables: [{ ...base, table, change: { kind: 'append', files: [dataFile(path)] } }] })
}

async function stateOf(files: LakeFiles, pointers: Pointers, table: string) {
  return readTable(files, (await pointers.get(table))!)
}

describe('racing writers', () => {
  test.each([
    ['one process', 50, (pointers: Pointers) => pointers],
    ['several processes', 12, anotherProcess],
  ])('16 of %s with %i commits each: every one exactly once and in order', async (_name, each, openPointers) => {
    const [files, pointers] = [memoryLake(), memoryPointers()]
    const writers = Array.from({ length: 16 }, () => openPointers(pointers))
    await Promise.all(
      writers.map(async (mine, writer) => {
        for (let i = 0; i < each; i++) {
          const change = { kind: 'append', files: [dataFile(`t/data/${writer}-${i}`)] } as const
          await commit({ files, pointers: mine, tables: [{ ...base, table: 't', change }], attemptsMax: 10_000 })
        }
      }),
    )
    const path = (await pointers.get('t'))!
    const state = await readTable(files, path)
    const total = 16 * each
    expect([state.rows, state.sizeBytes, state.summary['total-records']]).toEqual([
      BigInt(total),
      total * 10,
      String(total),
    ])
    const paths = state.files.map(file => file.path)
    expect(new Set(paths).size).toBe(total)
    const snapshots = await listSnapshots(files, path)
    expect(new Set(snapshots.map(({ snapshotId }) => snapshotId)).size).toBe(total)
    // Each snapshot adds one file to its parent's, and of every writer it holds the first so many.
    for (const [i, { snapshotId, timestampMs }] of snapshots.entries()) {
      if (i > 0) expect(timestampMs).toBeGreaterThan(snapshots[i - 1]!.timestampMs)
      if (i % 40 !== 0) continue
      const then = await readTable(files, path, snapshotId)
      expect(then.files).toHaveLength(i + 1)
      for (let writer = 0; writer < 16; writer++) {
        const own = then.files.map(file => file.path).filter(p => p.startsWith(`t/data/${writer}-`))
        expect(new Set(own)).toEqual(new Set(own.map((_, n) => `t/data/${writer}-${n}`)))
      }
    }
  })

  test('what lost a race leaves no metadata behind', async () => {
    const [files, pointers] = [memoryLake(), memoryPointers()]
    await Promise.all(Array.from({ length: 8 }, (_, i) => append(files, anotherProcess(pointers), 't', `t/data/${i}`)))
    const metadata = (await files.list('t/metadata')).filter(({ path }) => path.endsWith('.metadata.json'))
    expect(metadata).toHaveLength(8)
  })
})

describe('a commit', () => {
  test('moves several tables or none', async () => {
    const [files, pointers] = [memoryLake(), memoryPointers()]
    await append(files, pointers, 'a', 'a/1')
    const parent = (await pointers.get('a'))!
    const both = ['a', 'b'].map(table => ({
      ...base,
      table,
      change: { kind: 'append', files: [dataFile(`${table}/2`)] } as const,
    }))
    const moves = await commit({ files, pointers, tables: both })
    expect(moves.map(({ table, rows, sizeBytes }) => [table, rows, sizeBytes])).toEqual([
      ['a', 2, 20],
      ['b', 1, 10],
    ])
    const stale = { ...base, table: 'a', parent, change: { kind: 'replace', files: [dataFile('a/3')] } as const }
    const fresh = { ...base, table: 'c', change: { kind: 'append', files: [dataFile('c/1')] } as const }
    await expect(commit({ files, pointers, tables: [fresh, stale] })).rejects.toMatchObject({
      code: 'request.conflict',
    })
    expect(await pointers.get('c')).toBeUndefined()
    expect(await files.list('c')).toEqual([])
    expect((await stateOf(files, pointers, 'a')).rows).toBe(2n)
  })

  test('takes a staged snapshot as it is, and stages an append again when the table moved on', async () => {
    const [files, pointers] = [memoryLake(), memoryPointers()]
    await append(files, pointers, 't', 't/1')
    const parent = (await pointers.get('t'))!
    const change = { kind: 'append', files: [dataFile('t/2')] } as const
    const staged = await stageSnapshot({ ...base, files, table: 't', parent, change })
    expect((await stateOf(files, pointers, 't')).rows).toBe(1n)
    await append(files, pointers, 't', 't/3')
    const [move] = await commit({ files, pointers, tables: [{ ...base, table: 't', parent, change, staged }] })
    expect(move!.snapshot).toBe(staged.snapshot)
    expect(move!.to).not.toBe(staged.to)
    const state = await stateOf(files, pointers, 't')
    expect(state.files.map(file => file.path).toSorted()).toEqual(['t/1', 't/2', 't/3'])
    await expect(files.read(staged.to)).rejects.toMatchObject({ code: 'storage.damaged' })
    const again = {
      ...base,
      table: 't',
      parent: move!.to,
      change: { kind: 'replace', files: [dataFile('t/4')] } as const,
    }
    const ready = await stageSnapshot({ ...again, files })
    const [taken] = await commit({ files, pointers, tables: [{ ...again, staged: ready }] })
    expect(taken!.to).toBe(ready.to)
    expect((await stateOf(files, pointers, 't')).files.map(file => file.path)).toEqual(['t/4'])
  })

  test('refuses an append whose columns are no longer those of the table', async () => {
    const [files, pointers] = [memoryLake(), memoryPointers()]
    await append(files, pointers, 't', 't/1')
    const parent = (await pointers.get('t'))!
    const wider = { ...idSchema, fields: [...idSchema.fields, { id: 2, name: 'b', required: false, type: 'date' }] }
    const change = { kind: 'append', files: [dataFile('t/2')] } as const
    await commit({ files, pointers, tables: [{ table: 't', parent, schema: wider, now, change }] })
    const late = { ...base, table: 't', parent, change }
    await expect(commit({ files, pointers, tables: [late] })).rejects.toMatchObject({ code: 'request.conflict' })
  })

  test('overwrites files while others append, but not what changed meanwhile', async () => {
    const [files, pointers] = [memoryLake(), memoryPointers()]
    const partition = [{ column: 'id', transform: 'identity' }]
    const files3 = [1n, 2n, 3n].map(id => dataFile(`t/${id}`, 1, { id }))
    const first = { ...base, table: 't', partition, change: { kind: 'append', files: files3 } as const }
    const [{ to: parent } = { to: '' }] = await commit({ files, pointers, tables: [first] })
    const overwrite = (id: bigint) =>
      ({
        ...base,
        table: 't',
        parent,
        change: { kind: 'overwrite', removed: { partitions: [{ id }] }, added: [dataFile(`t/new-${id}`, 1, { id })] },
      }) as const
    await commit({ files, pointers, tables: [overwrite(1n)] })
    await commit({ files, pointers, tables: [overwrite(2n)] })
    expect((await stateOf(files, pointers, 't')).files.map(f => f.path).toSorted()).toEqual([
      't/3',
      't/new-1',
      't/new-2',
    ])
    await expect(commit({ files, pointers, tables: [overwrite(1n)] })).rejects.toMatchObject({
      code: 'request.conflict',
    })
    const gone = {
      ...base,
      table: 't',
      parent,
      change: { kind: 'overwrite', removed: { paths: ['t/1'] }, added: [] } as const,
    }
    await expect(commit({ files, pointers, tables: [gone] })).rejects.toThrow('t/1 is no longer part of the table')
    const last = { ...gone, change: { ...gone.change, removed: { paths: ['t/3'] } } }
    await commit({ files, pointers, tables: [last] })
    const state = await stateOf(files, pointers, 't')
    expect([state.rows, state.summary['operation'], state.summary['deleted-records']]).toEqual([2n, 'delete', '1'])
    expect(state.files.map(f => [f.path, f.partition['id'], f.schemaId])).toContainEqual(['t/new-1', 1n, 0])
  })

  test('leaves everything where nobody knows whether it became visible', async () => {
    const [files, real] = [memoryLake(), memoryPointers()]
    const pointers: Pointers = {
      ...real,
      swap: async moves => {
        await real.swap(moves)
        throw new Error('The connection broke.')
      },
    }
    await expect(append(files, pointers, 't', 't/1')).rejects.toThrow('The connection broke.')
    expect((await stateOf(files, pointers, 't')).rows).toBe(1n)
  })

  test('that dies between its files and the pointer leaves the table as it was', async () => {
    const [files, pointers] = [memoryLake(), memoryPointers()]
    await append(files, pointers, 't', 't/1')
    const parent = (await pointers.get('t'))!
    for (const dying of ['manifest', 'snap', 'metadata'] as const) {
      const torn: LakeFiles = {
        ...files,
        create: async (path, bytes) => {
          const kind = path.endsWith('.json') ? 'metadata' : path.includes('/snap-') ? 'snap' : 'manifest'
          if (kind === dying) throw new Error('The power went.')
          await files.create(path, bytes)
        },
      }
      await expect(append(torn, pointers, 't', 't/2')).rejects.toThrow('The power went.')
    }
    await stageSnapshot({ ...base, files, table: 't', parent, change: { kind: 'append', files: [dataFile('t/2')] } })
    expect(await pointers.get('t')).toBe(parent)
    expect((await stateOf(files, pointers, 't')).files.map(file => file.path)).toEqual(['t/1'])
    await append(files, pointers, 't', 't/2')
    expect((await stateOf(files, pointers, 't')).rows).toBe(2n)
  })
})
