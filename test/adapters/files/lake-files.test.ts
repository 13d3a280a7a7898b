import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { folderLake } from '../../../src/adapters/files/lake-files.ts'
import { memoryLake } from '../../../src/adapters/files/memory-lake-files.ts'
import { memoryPointers } from '../../../src/adapters/files/memory-pointers.ts'
import { lakeFilesConformance } from '../../conformance/lake-files.ts'
import { pointersConformance } from '../../conformance/pointers.ts'

const folders: string[] = []
const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'mw-files-'))
  folders.push(folder)
  return folder
}
afterAll(() => Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true }))))

lakeFilesConformance({ name: 'folder', open: async () => folderLake(join(await newFolder(), 'lake')) })
lakeFilesConformance({ name: 'memory', open: async () => memoryLake() })
pointersConformance({ name: 'memory', open: async () => memoryPointers() })

test('files of a folder are read-only and leave nothing else behind', async () => {
  const folder = await newFolder()
  const files = folderLake(folder)
  await files.create('t/x', new Uint8Array(5))
  await writeFile(join(folder, 'local'), 'y')
  await chmod(join(folder, 'local'), 0o666)
  await files.adopt(join(folder, 'local'), 't/y')
  expect(await readdir(join(folder, 't'))).toEqual(['x', 'y'])
  for (const name of ['x', 'y']) expect((await stat(join(folder, 't', name))).mode & 0o777).toBe(0o444)
})

test('the URI is the absolute path, as other engines read it', async () => {
  const folder = await newFolder()
  const files = folderLake(folder)
  expect(files.uri('t/metadata/m.json')).toBe(`file://${folder}/t/metadata/m.json`)
  for (const form of [`file:${folder}/t/x`, `${folder}/t/x`, `file://localhost${folder}/t/x`]) {
    expect(files.pathOf(form)).toBe('t/x')
  }
  expect(() => files.pathOf(`file://elsewhere${folder}/t/x`)).toThrow('not part of this lake')
  expect(() => files.pathOf(`${folder}-other/x`)).toThrow('not part of this lake')
})

test('a disk that is full leaves nothing and says so', async context => {
  const folder = await newFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return context.skip('A small file system cannot be mounted here.')
  }
  try {
    const files = folderLake(folder)
    await expect(files.create('t/large', new Uint8Array(100_000))).rejects.toMatchObject({ code: 'storage.full' })
    expect(await files.list('')).toEqual([])
    await files.create('t/small', new Uint8Array(1000))
  } finally {
    execFileSync('umount', [folder])
  }
})
