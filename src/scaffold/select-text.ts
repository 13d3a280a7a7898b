import { nameSql } from './column-name.ts'
import type { ColumnGuess } from './guess-columns.ts'

/** One SELECT that gives the columns of the contract from what the source calls them. */
export function selectText(columns: readonly ColumnGuess[], from: string): string {
  const lines = columns.map(({ name, sql }) => (sql === name ? `  ${name}` : `  ${sql} as ${name}`))
  return `select\n${lines.join(',\n')}\nfrom ${from}\n`
}

/** `domain.table`, quoted where it has to be. */
export const tableSql = (table: string): string => table.split('.').map(nameSql).join('.')
