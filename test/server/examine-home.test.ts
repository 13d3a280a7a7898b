import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { examineHome } from '../../src/server/index.ts'
import { makeHome } from '../../src/server/home.ts'

const emptyHome = () => makeHome(join(mkdtempSync(join(tmpdir(), 'meshwright-home-')), 'home'))
const faults = async (path: string, env = {}) =>
  (await examineHome(path, env)).filter(finding => !finding.ok).map(finding => finding.name)

test('a new home is well, and so is one that does not exist yet', async () => {
  expect(await faults(emptyHome().path)).toEqual([])
  expect(await faults('/nowhere/home')).toEqual([])
})

test('secrets that others can read are told, with the line that mends it', async () => {
  const home = emptyHome()
  chmodSync(home.secrets, 0o755)
  const found = (await examineHome(home.path, {})).find(finding => !finding.ok)
  expect(found).toMatchObject({ name: 'secrets', fix: `Run: chmod -R go-rwx ${home.secrets}` })
})

test('a configuration that does not read is told', async () => {
  const home = emptyHome()
  writeFileSync(join(home.path, 'meshwright.yaml'), 'http: {port: no}\n')
  expect(await faults(home.path)).toEqual(['configuration'])
  expect(await faults(emptyHome().path, { MESHWRIGHT_PORT: 'x' })).toEqual(['configuration'])
})
