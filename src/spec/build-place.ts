import { quoteName } from '../base/index.ts'
import type { ContractTable, Output, SourceFile } from '../mesh/index.ts'
import type { Reporter } from './reporter.ts'
import { stemOf } from './document-path.ts'

/** What a product's build is made of, and where its problems are told. */
export interface BuildPlace {
  readonly folder: string
  /** By path in the publication. */
  readonly sql: ReadonlyMap<string, string>
  readonly sources: readonly SourceFile[]
  /** Tables of the product's contracts, by name. */
  readonly tables: ReadonlyMap<string, ContractTable>
  /** Names under which the SQL of a product with one table may lie. */
  readonly stems: readonly string[]
  /** Where problems are told that no build.yaml could hold. */
  readonly report: Reporter
  /** False where a contract cannot be read: then nothing is said about the tables. */
  readonly complete: boolean
  readonly assume: (text: string) => void
}

/** The file named like the table or, in a product of one table, like the contract. */
export function sqlBeside(
  table: string,
  { folder, sql, tables, stems }: BuildPlace,
): Pick<Output, 'sql' | 'file'> | undefined {
  const names = tables.size === 1 ? [table, ...stems] : [table]
  for (const name of names) {
    const path = folder === '' ? `${name}.sql` : `${folder}/${name}.sql`
    const text = sql.get(path)
    if (text !== undefined) return { sql: text, file: `${stemOf(path)}.sql` }
  }
  return undefined
}

/** The contract's columns by name, so that an input may hold more than is promised. */
export const selectAll = (table: ContractTable, input: string): string =>
  `select ${table.columns.map(column => quoteName(column.name)).join(', ')} from ${quoteName(input)}`
