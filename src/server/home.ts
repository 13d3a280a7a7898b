import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { MeshError, messageOf } from '../base/index.ts'

/** Where everything of one installation lies. */
export interface Home {
  readonly path: string
  readonly ledger: string
  readonly bundles: string
  readonly lake: string
  /** Where the lake lay before. */
  readonly lakeFolders: string
  /** Of builds and spills; emptied at each start. */
  readonly scratch: string
  readonly secrets: string
}

export const layoutOf = (path: string): Home => ({
  path,
  ledger: join(path, 'ledger.db'),
  bundles: join(path, 'bundles'),
  lake: join(path, 'lake'),
  lakeFolders: join(path, 'lake-folders'),
  scratch: join(path, 'scratch'),
  secrets: join(path, 'secrets'),
})

/** Makes what is missing; everything in it is for the server's own user only. */
export function makeHome(path: string): Home {
  const home = layoutOf(path)
  try {
    for (const folder of [home.path, home.bundles, home.lake, home.scratch, home.secrets]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    }
    chmodSync(home.secrets, 0o700)
  } catch (thrown) {
    throw new MeshError('usage.invalid', `The home ${path} cannot be made: ${messageOf(thrown)}.`, {
      cause: thrown,
      fix: 'Choose another folder with --home.',
    })
  }
  return home
}
