import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { chmod, copyFile, mkdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { sqliteLedger } from '../adapters/sqlite/index.ts'
import { MeshError, messageOf } from '../base/index.ts'
import { manifestName, type Manifest } from './backup-home.ts'
import { layoutOf } from './home.ts'

/** Makes a home from a backup. It appears under its name only after every file is there and the ledger verifies. */
export async function restoreHome(
  from: string,
  home: string,
): Promise<{ readonly files: number; readonly entries: number }> {
  const manifest = readManifest(from)
  if (existsSync(home) && readdirSync(home).length > 0) {
    throw new MeshError('usage.invalid', `${home} is not empty, and a restore overwrites nothing.`, {
      fix: `Name another one: meshwright restore ${from} --home DIR`,
    })
  }
  const part = `${home}.part`
  await rm(part, { recursive: true, force: true })
  try {
    for (const { path, sizeBytes } of manifest.files) await restoreFile(from, part, path, sizeBytes)
    await chmod(layoutOf(part).secrets, 0o700)
    const entries = await verified(part, manifest)
    if (existsSync(home)) await rmdir(home)
    await rename(part, home)
    return { files: manifest.files.length, entries }
  } catch (thrown) {
    await rm(part, { recursive: true, force: true })
    throw thrown
  }
}

function readManifest(from: string): Manifest {
  if (!existsSync(join(from, manifestName))) {
    const what = existsSync(from) ? `holds no ${manifestName}, so it is no backup` : 'does not exist'
    throw new MeshError('usage.invalid', `${from} ${what}.`, { fix: 'Name the folder that a backup was written to.' })
  }
  try {
    const manifest = JSON.parse(readFileSync(join(from, manifestName), 'utf8')) as Partial<Manifest>
    if (manifest.format === 1 && Array.isArray(manifest.files)) return manifest as Manifest
  } catch (thrown) {
    throw new MeshError('usage.invalid', `${from} is no backup: ${messageOf(thrown)}.`, { cause: thrown })
  }
  throw new MeshError('usage.invalid', `${from} is a backup of another version of Meshwright.`)
}

async function restoreFile(from: string, to: string, path: string, sizeBytes: number): Promise<void> {
  const clean = normalize(path)
  if (clean !== path || clean.startsWith('..') || clean.startsWith('/')) {
    throw new MeshError('storage.damaged', `The backup names a file outside of itself: ${path}.`)
  }
  const source = join(from, path)
  if (!existsSync(source) || statSync(source).size !== sizeBytes) {
    throw new MeshError('storage.damaged', `The backup lacks ${path}, or holds another size of it.`, {
      fix: 'Take another backup.',
    })
  }
  const target = join(to, path)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  await copyFile(source, target)
}

async function verified(home: string, manifest: Manifest): Promise<number> {
  const ledger = sqliteLedger(layoutOf(home).ledger)
  try {
    const problems = await ledger.verify()
    const entries = [...ledger.read(0)]
    if (problems.length === 0 && entries.length >= manifest.seq) return entries.length
    const told = problems.map(p => p.message).join(' ')
    throw new MeshError('ledger.damaged', `The ledger of the backup does not verify. ${told}`.trim())
  } finally {
    ledger.close()
  }
}
