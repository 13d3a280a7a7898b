import { foldAscii, type Product } from '../../mesh/index.ts'

/** A table that a product names. */
export interface Wanted {
  readonly table: string
  readonly major?: number
  readonly isReference: boolean
}

const inputsOf = (product: Product): readonly Wanted[] =>
  Object.values(product.build.inputs).flatMap(input =>
    input.kind !== 'table'
      ? []
      : [{ table: input.table, isReference: false, ...(input.major === undefined ? {} : { major: input.major }) }],
  )

/** Tables that the contracts' checks look up. */
const referencesOf = (product: Product): readonly Wanted[] =>
  product.ports
    .flatMap(port => port.contract.tables.flatMap(table => table.expectations))
    .flatMap(({ rule }) => (rule.kind === 'reference' ? [{ table: rule.table, isReference: true }] : []))

/** Every table that a product's build or its checks read, once. `lookedUp` are those that the SQL of its checks names. */
export function tablesRead(product: Product, lookedUp: readonly string[] = []): readonly Wanted[] {
  const named = lookedUp.map((table): Wanted => ({ table, isReference: true }))
  const all = [...inputsOf(product), ...referencesOf(product), ...named]
  const isInput = (table: string) => all.find(w => foldAscii(w.table) === foldAscii(table))?.isReference === false
  const needed = all.filter(w => !w.isReference || !isInput(w.table))
  return [...new Map(needed.map(w => [`${foldAscii(w.table)} ${w.major ?? ''}`, w])).values()]
}
