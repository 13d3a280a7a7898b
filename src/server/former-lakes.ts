import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Home } from './home.ts'

/** Folders where the lake of this home lay before, a line each: a restored home may lie elsewhere. Notes the present one. */
export function formerLakes({ lake, lakeFolders }: Home): readonly string[] {
  const known = existsSync(lakeFolders) ? readFileSync(lakeFolders, 'utf8').split('\n').filter(Boolean) : []
  const now = resolve(lake)
  if (!known.includes(now)) writeFileSync(lakeFolders, `${[...known, now].join('\n')}\n`, { mode: 0o600 })
  return known.filter(folder => folder !== now)
}
