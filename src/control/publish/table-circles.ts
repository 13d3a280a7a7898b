import { foldAscii, type MeshState, type Product } from '../../mesh/index.ts'
import { inCircles } from './in-circles.ts'
import { tablesRead } from './tables-read.ts'

/** Product → table that it makes → names of the inputs that the table's SQL reads, as the engine's parser found them. */
export type TableReads = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

/** One step of a circle: a table, and the input by which its product reads the next one. */
export interface CircleStep {
  /** `domain.table`. */
  readonly table: string
  readonly product: string
  readonly input: string
}

/** What products would be with those that are published now, and who makes each of their tables. */
export interface Makers {
  readonly products: ReadonlyMap<string, Product>
  /** Folded `domain.table` → id of the product. */
  readonly byTable: ReadonlyMap<string, string>
}

export function makersOf(state: MeshState, published: readonly Product[]): Makers {
  const products = new Map([...state.products.values()].map(({ product }) => [product.id, product]))
  for (const product of published) products.set(product.id, product)
  const tables = [...products.values()].flatMap(product => tablesOf(product).map(table => [table, product.id] as const))
  return { products, byTable: new Map(tables) }
}

/** Folded `domain.table` of what a name means: `domain.table_v2` is the table unless another has that very name. */
export function madeTable({ byTable }: Makers, name: string): string | undefined {
  const folded = foldAscii(name)
  if (byTable.has(folded)) return folded
  const unpinned = folded.replace(/_v\d+$/, '')
  return byTable.has(unpinned) ? unpinned : undefined
}

/** Products that make what a product reads, or what its checks look up; itself where it does. */
export function makersFor(makers: Makers, product: Product, as: 'input' | 'reference'): readonly string[] {
  const names = tablesRead(product).filter(read => read.isReference === (as === 'reference'))
  const found = names.map(({ table }) => makers.byTable.get(madeTable(makers, table) ?? ''))
  return [...new Set(found.filter(maker => maker !== undefined))]
}

/**
 * Products that read each other or themselves, through however many others, upstream of those that are published now: of
 * these alone it matters which table reads which, since a circle of products need not be one of tables.
 */
export function productsInCircles(state: MeshState, published: readonly Product[]): readonly Product[] {
  const makers = makersOf(state, published)
  const reads = new Map([...makers.products].map(([id, product]) => [id, makersFor(makers, product, 'input')]))
  const circles = inCircles(
    published.map(({ id }) => id),
    id => reads.get(id)!,
  )
  return [...circles.keys()].map(id => makers.products.get(id)!)
}

/** Tables that are made of themselves: of each knot of them one shortest circle, from a published table where it has one. */
export function tableCircles(
  state: MeshState,
  published: readonly Product[],
  reads: TableReads = new Map(),
): readonly (readonly CircleStep[])[] {
  const steps = stepsOf(makersOf(state, published), reads)
  const starts = published.flatMap(tablesOf)
  const knots = new Set(inCircles(starts, table => (steps.get(table) ?? []).map(step => step.to)).values())
  return [...knots].map(knot => wayBack(starts.find(table => knot.has(table)) ?? [...knot][0]!, steps))
}

/** The shortest way from a table to itself; there is one. */
function wayBack(start: string, steps: ReadonlyMap<string, readonly Step[]>): readonly CircleStep[] {
  const seen = new Set<string>()
  const open: { readonly at: string; readonly way: readonly Step[] }[] = [{ at: start, way: [] }]
  for (const { at, way } of open) {
    for (const step of steps.get(at) ?? []) {
      if (step.to === start) return [...way, step].map(({ table, product, input }) => ({ table, product, input }))
      if (seen.has(step.to)) continue
      seen.add(step.to)
      open.push({ at: step.to, way: [...way, step] })
    }
  }
  return []
}

interface Step extends CircleStep {
  /** Folded id of the table that is read. */
  readonly to: string
}

/** Folded table → what its SQL reads. */
function stepsOf(makers: Makers, reads: TableReads): ReadonlyMap<string, readonly Step[]> {
  const steps = new Map<string, readonly Step[]>()
  for (const product of makers.products.values()) {
    const outputs = Object.entries(product.build.outputs)
    for (const [name, output] of outputs) {
      const table = `${product.domain}.${name}`
      const known = reads.get(product.id)?.get(name)
      const found = Object.entries(product.build.inputs).flatMap(([input, reading]): Step[] => {
        if (reading.kind !== 'table' || (known !== undefined && !known.includes(input))) return []
        const to = madeTable(makers, reading.table)
        if (to === undefined) return []
        // Which of several outputs reads a sibling only the SQL says.
        const isSibling = makers.byTable.get(to) === product.id && outputs.length > 1
        return known === undefined && isSibling ? [] : [{ table, product: product.id, input, to }]
      })
      steps.set(foldAscii(table), found)
      if (output.rejects !== undefined) steps.set(foldAscii(`${product.domain}.${output.rejects}`), found)
    }
  }
  return steps
}

const tablesOf = (product: Product): readonly string[] => [
  ...new Set(product.ports.flatMap(port => port.contract.tables.map(t => foldAscii(`${product.domain}.${t.name}`)))),
]
