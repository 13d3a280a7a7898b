import { quoteName } from '../base/index.ts'
import type { ColumnGuess } from './guess-columns.ts'

/** One SELECT that gives the columns of the contract from what the source calls them. */
export function selectText(columns: readonly ColumnGuess[], from: string): string {
  const lines = columns.map(({ source, name, sql }) => {
    const asItIs = sql === quoteName(source)
    const plain = asItIs && /^[a-z_][a-z0-9_]*$/.test(source) && source === name ? name : sql
    return plain === name ? `  ${name}` : `  ${plain} as ${name}`
  })
  return `select\n${lines.join(',\n')}\nfrom ${from}\n`
}

/** `domain.table`, quoted where it has to be. */
export const tableSql = (table: string): string =>
  table
    .split('.')
    .map(part => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : quoteName(part)))
    .join('.')
