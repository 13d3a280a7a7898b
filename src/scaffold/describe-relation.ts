import type { Reader } from './needs.ts'

export type Described = readonly { readonly name: string; readonly type: string }[]

/** Names and DuckDB types of what a relation gives. */
export async function describeRelation(reader: Reader, relation: string): Promise<Described> {
  const rows = await reader.execute(`describe select * from ${relation}`)
  return rows.map(row => ({ name: String(row['column_name']), type: String(row['column_type']) }))
}
