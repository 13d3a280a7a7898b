import { MeshError } from '../../base/index.ts'
import type { MeshState, Product } from '../../mesh/index.ts'
import type { Publication } from '../command.ts'
import { inCircles } from './in-circles.ts'
import { madeTable, makersFor, makersOf, tableCircles, type CircleStep, type Makers } from './table-circles.ts'

export interface ProductOrder {
  readonly ordered: readonly Product[]
  readonly refusals: readonly MeshError[]
}

/**
 * The products with each after those whose tables it reads or its checks look up, else as they came; and one refusal for
 * each circle, which may run through products that are published already. What must not run in a circle is tables:
 * products that read each other are fine where each can be built of what the others have.
 */
export function productOrder(
  state: MeshState,
  { products, reads }: Pick<Publication, 'products' | 'reads'>,
  isKnown: (id: string) => boolean = () => true,
): ProductOrder {
  const makers = makersOf(state, products)
  const circles = circleRefusals(state, { products, ...(reads === undefined ? {} : { reads }) }, isKnown)
  const { ordered, stuck } = inOrder(state, makers, products)
  const refusals = circles.length > 0 ? circles : stuck.map(ids => deadlock(ids, isKnown))
  const published = new Set(products.map(product => product.id))
  return { ordered: ordered.filter(product => published.has(product.id)), refusals }
}

/** A refusal for each circle of tables, with an issue for each input of it. */
export const circleRefusals = (
  state: MeshState,
  { products, reads }: Pick<Publication, 'products' | 'reads'>,
  isKnown: (id: string) => boolean = () => true,
): readonly MeshError[] => tableCircles(state, products, reads).map(steps => circle(steps, isKnown))

/** `stuck` are circles of products of which each waits for the first data of the next. */
function inOrder(
  state: MeshState,
  makers: Makers,
  products: readonly Product[],
): { readonly ordered: readonly Product[]; readonly stuck: readonly (readonly string[])[] } {
  const ordered: Product[] = []
  const stuck: (readonly string[])[] = []
  const done = new Set<string>()
  const makersOf = (as: 'input' | 'reference') =>
    new Map([...makers.products].map(([id, product]) => [id, makersFor(makers, product, as)]))
  const [inputs, references] = [makersOf('input'), makersOf('reference')]
  const circles = inCircles(makers.products.keys(), id => [...inputs.get(id)!, ...references.get(id)!])

  const visit = (id: string, path: readonly string[]): void => {
    if (done.has(id)) return
    const start = path.indexOf(id)
    if (start >= 0) {
      stuck.push([...path.slice(start), id])
      return
    }
    const product = makers.products.get(id)!
    const here = [...path, id]
    for (const maker of awaited(state, makers, product)) visit(maker, here)
    for (const maker of [...inputs.get(id)!, ...references.get(id)!]) {
      const isCircle = circles.get(id)?.has(maker) === true
      if (!isCircle || !waitsFor(maker, here)) visit(maker, here)
    }
    if (done.has(id)) return
    done.add(id)
    ordered.push(product)
  }

  /** Whether a product reads, itself or through others, one of those whose turn it is: then it cannot come first. */
  const waitsFor = (id: string, path: readonly string[], seen = new Set<string>()): boolean => {
    if (path.includes(id)) return true
    if (seen.has(id)) return false
    seen.add(id)
    return inputs.get(id)!.some(maker => waitsFor(maker, path, seen))
  }

  for (const product of products) visit(product.id, [])
  return { ordered, stuck }
}

/** Makers of tables that a product reads and that have no data yet. */
function awaited(state: MeshState, makers: Makers, product: Product): readonly string[] {
  const found = Object.values(product.build.inputs).flatMap(input => {
    const table = input.kind === 'table' ? madeTable(makers, input.table) : undefined
    const maker = makers.byTable.get(table ?? '')
    if (table === undefined || maker === undefined || maker === product.id) return []
    const majors = [...(state.tables.get(table)?.majors.values() ?? [])]
    return majors.some(version => version.snapshots.length > 0) ? [] : [maker]
  })
  return [...new Set(found)]
}

const hidden = 'a product that you may not see'

function circle(steps: readonly CircleStep[], isKnown: (id: string) => boolean): MeshError {
  const names = steps.map(({ table, product }) => (isKnown(product) ? table : hidden))
  const [first] = names
  const what =
    names.length === 1
      ? `The table ${first} reads itself.`
      : `Tables read each other in a circle: ${[...names, first].join(' reads ')}.`
  const fix = 'Take one of the inputs out, or put what is shared into a table of its own.'
  const issues = steps.flatMap(({ product, input }, i) => {
    if (!isKnown(product)) return []
    const message = i === 0 ? what : `Here ${names[i]} reads ${names[i + 1] ?? first}, which closes the circle.`
    return [{ code: 'document.invalid', severity: 'error' as const, message, fix, product, path: inputPath(input) }]
  })
  return new MeshError('document.invalid', what, { fix, issues })
}

function deadlock(ids: readonly string[], isKnown: (id: string) => boolean): MeshError {
  const names = ids.map(id => (isKnown(id) ? id : hidden))
  return new MeshError(
    'document.invalid',
    `Products wait for each other's first data in a circle: ${names.join(' reads ')}.`,
    { fix: `Publish ${names[0]} without what it reads of ${names[1]} first, and add that when ${names[1]} has data.` },
  )
}

/** As a path in `build.yaml`; names of derived inputs hold a dot. */
export const inputPath = (input: string): string =>
  /^[A-Za-z_$][\w$-]*$/.test(input) ? `inputs.${input}` : `inputs[${JSON.stringify(input)}]`
