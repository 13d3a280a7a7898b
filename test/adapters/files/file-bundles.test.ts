import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileBundles } from '../../../src/adapters/files/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

it('notices a stored file that was changed', async () => {
  const bundles = fileBundles(temporaryFolder())
  const digest = await bundles.put(Buffer.from('select 1'))
  chmodSync(bundles.pathOf(digest), 0o644)
  writeFileSync(bundles.pathOf(digest), 'select 2')
  await expect(bundles.get(digest)).rejects.toMatchObject({ code: 'storage.damaged' })
})

it('stores read-only files and leaves no part behind', async () => {
  const folder = temporaryFolder()
  const bundles = fileBundles(folder)
  const digest = await bundles.put(Buffer.from('select 1'))
  expect(statSync(bundles.pathOf(digest)).mode & 0o222).toBe(0)
  expect(bundles.pathOf(digest)).toBe(join(folder, digest.slice(0, 2), digest.slice(2, 4), digest))
  expect(readdirSync(join(folder, 'tmp'))).toEqual([])
})
