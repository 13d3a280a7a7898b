import type { Product } from '../../src/mesh/index.ts'
import { readerSql } from '../../src/runs/reader-sql.ts'
import type { Reader } from '../../src/scaffold/index.ts'

/** Runs a product's SELECT over its file as a build would read it: names and types of what it gives, and how many rows. */
export async function selectOver(reader: Reader, absolute: string, product: Product) {
  const input = product.build.inputs['source']
  const [output] = Object.values(product.build.outputs)
  if (input?.kind !== 'file' || output === undefined) throw new Error('not made from a file')
  const relation = readerSql(input, [{ path: input.path, absolute }], { file: false, row: false })
  const statement = `with source as (${relation}) ${output.sql}`
  const described = await reader.execute(`describe ${statement}`)
  const [counted] = await reader.execute(`select count(*) as n from (${statement})`)
  return {
    // Which names stand in quotes differs between the engine and the contract.
    given: described.map(row => `${String(row['column_name'])} ${String(row['column_type'])}`.replaceAll('"', '')),
    rows: Number(counted?.['n']),
  }
}
