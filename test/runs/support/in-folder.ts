import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { domain, smallMesh, type SmallMesh } from './small-mesh.ts'

/** A fresh small mesh in a folder of its own for each test of a file. */
export function inFolder(overrides: Parameters<typeof smallMesh>[1] = {}): () => SmallMesh {
  let folder: string
  let mesh: SmallMesh
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'runs-'))
    mesh = await smallMesh(folder, { start: [domain('flights'), domain('network')], ...overrides })
  })
  afterEach(async () => {
    await mesh.runs.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return () => mesh
}
