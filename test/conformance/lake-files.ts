import { link, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { LakeFiles } from '../../src/lake/index.ts'

export interface LakeFilesCandidate {
  readonly name: string
  readonly open: () => Promise<LakeFiles>
}

/** What every keeper of the lake's files must do. */
export function lakeFilesConformance(candidate: LakeFilesCandidate): void {
  describe(`lake files: ${candidate.name}`, () => {
    let files: LakeFiles
    let local: string
    const bytes = new TextEncoder().encode('straße')

    beforeAll(async () => {
      local = await mkdtemp(join(tmpdir(), 'mw-local-'))
    })
    afterAll(() => rm(local, { recursive: true, force: true }))
    beforeEach(async () => {
      files = await candidate.open()
    })

    test('gives back what was created, empty files too', async () => {
      await files.create('a/b/v1/x.avro', bytes)
      await files.create('a/empty', new Uint8Array())
      expect(Buffer.from(await files.read('a/b/v1/x.avro'))).toEqual(Buffer.from(bytes))
      expect((await files.read('a/empty')).length).toBe(0)
    })

    test('never changes a file', async () => {
      await files.create('a/x', bytes)
      await expect(files.create('a/x', new Uint8Array(3))).rejects.toMatchObject({ code: 'request.conflict' })
      const other = join(local, 'other')
      await writeFile(other, 'other')
      await expect(files.adopt(other, 'a/x')).rejects.toMatchObject({ code: 'request.conflict' })
      expect(Buffer.from(await files.read('a/x'))).toEqual(Buffer.from(bytes))
    })

    test('lets one of many writers of a name win, with a whole file', async () => {
      const writers = Array.from({ length: 16 }, (_, i) => files.create('race/x', new Uint8Array(10_000).fill(i)))
      const results = await Promise.allSettled(writers)
      const winners = results.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
      expect(winners).toHaveLength(1)
      expect(new Set(await files.read('race/x'))).toEqual(new Set(winners))
      expect((await files.list('race')).map(({ path }) => path)).toEqual(['race/x'])
    })

    test('takes a finished file over', async () => {
      const path = join(local, 'done.parquet')
      await writeFile(path, bytes)
      await files.adopt(path, 't/data/done.parquet')
      expect(Buffer.from(await files.read('t/data/done.parquet'))).toEqual(Buffer.from(bytes))
      await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
    })

    test('takes no link over, which could bring in a file from elsewhere', async () => {
      const secret = join(local, 'secret')
      await writeFile(secret, 'secret')
      await symlink(secret, join(local, 'symbolic'))
      await link(secret, join(local, 'hard'))
      for (const name of ['symbolic', 'hard']) {
        await expect(files.adopt(join(local, name), `t/${name}`)).rejects.toMatchObject({ code: 'request.invalid' })
      }
      await expect(files.adopt(local, 't/folder')).rejects.toThrow()
      expect(await files.list('t')).toEqual([])
      expect(await readFile(secret, 'utf8')).toBe('secret')
    })

    test('lists a folder and what is below it, and nothing beside it', async () => {
      const before = Date.now() - 2000
      for (const path of ['t/v1/a', 't/v1/data/b', 't/v10/c']) await files.create(path, bytes)
      const found = await files.list('t/v1')
      expect(found.map(({ path, sizeBytes }) => `${path} ${sizeBytes}`).toSorted()).toEqual([
        `t/v1/a ${bytes.length}`,
        `t/v1/data/b ${bytes.length}`,
      ])
      expect(found.every(({ modifiedMs }) => modifiedMs >= before && modifiedMs <= Date.now() + 2000)).toBe(true)
      expect((await files.list('')).length).toBe(3)
      expect(await files.list('absent')).toEqual([])
    })

    test('removes a file once or twice', async () => {
      await files.create('a/x', bytes)
      await files.remove('a/x')
      await files.remove('a/x')
      await expect(files.read('a/x')).rejects.toMatchObject({ code: 'storage.damaged' })
      await files.create('a/x', bytes)
    })

    test.each(['', '/', '../x', 'a/../../x', 'a//x', '/etc/passwd', 'a/./x', 'a\\x', 'a/\0', 'a/x?y', 'a/x#y', 'a/'])(
      'refuses the path %j',
      async path => {
        const refused = { code: 'request.invalid' }
        await expect(files.read(path)).rejects.toMatchObject(refused)
        await expect(files.create(path, bytes)).rejects.toMatchObject(refused)
        await expect(files.remove(path)).rejects.toMatchObject(refused)
        if (path !== '') await expect(files.list(path)).rejects.toMatchObject(refused)
        await expect(files.adopt(join(local, 'absent'), path)).rejects.toMatchObject(refused)
        expect(() => files.uri(path)).toThrow()
      },
    )

    test('has a URI for each path, and a path for no URI of elsewhere', () => {
      expect(files.pathOf(files.uri('a b/ü/x.parquet'))).toBe('a b/ü/x.parquet')
      for (const uri of ['s3://bucket/x', 'file:///etc/passwd', `${files.uri('a')}/../../x`, 'x']) {
        expect(() => files.pathOf(uri)).toThrow(expect.objectContaining({ code: 'request.invalid' }))
      }
    })
  })
}
