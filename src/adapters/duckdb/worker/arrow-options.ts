import { command, type Database } from './database.ts'
import { duckdb, type Pointer } from './library.ts'

/** How chunks become Arrow: `exact` for our own texts and values, `common` for clients, who know only the common types. */
export interface ArrowOptions {
  readonly exact: Pointer
  readonly common: Pointer
  destroy(): void
}

/** To be called before the settings are locked. */
export function arrowOptionsOf(database: Database): ArrowOptions {
  const made = (lossless: boolean): Pointer => {
    command(database.setUp, `set arrow_lossless_conversion=${lossless}`)
    const out: [Pointer | null] = [null]
    duckdb.arrowOptions(database.setUp, out)
    return out[0]!
  }
  const exact = made(true)
  const common = made(false)
  return {
    exact,
    common,
    destroy() {
      duckdb.destroyArrowOptions([exact])
      duckdb.destroyArrowOptions([common])
    },
  }
}
