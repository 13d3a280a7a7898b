import { limits, MeshError } from '../../base/index.ts'
import { foldAscii, majorOf, type Product } from '../../mesh/index.ts'
import { mayDiscover } from '../../policy/index.ts'
import type { Drafting } from './drafting.ts'

/** What no product may be, whoever publishes it: names that mean something else, tables and contracts of others. */
export function productFaults(draft: Drafting, product: Product): readonly MeshError[] {
  return [...nameFaults(product), ...tableClashes(draft, product), ...contractClashes(draft, product)]
}

function nameFaults(product: Product): readonly MeshError[] {
  const faults: MeshError[] = []
  if (product.id !== `${product.domain}.${product.name}` || !isName(product.name))
    faults.push(invalid(`${JSON.stringify(product.id)} cannot be the name of a product.`))
  for (const { contract } of product.ports) {
    for (const { name, columns } of contract.tables) {
      if (!isName(name)) faults.push(invalid(`${JSON.stringify(name)} cannot be the name of a table.`))
      if (/_v\d+$/i.test(name))
        faults.push(invalid(`The table ${name} ends like a pinned version: domain.table_v2 means version 2 of table.`))
      if (columns.length > limits.columnsMax)
        faults.push(invalid(`The table ${name} has more than ${limits.columnsMax} columns.`))
    }
  }
  return faults
}

/** A table's name is unique in its domain; within a product, under each major. */
function tableClashes(draft: Drafting, product: Product): readonly MeshError[] {
  const seen = new Set<string>()
  return product.ports.flatMap(({ contract }) =>
    contract.tables.flatMap(({ name }) => {
      const id = `${product.domain}.${name}`
      const owner = draft.state().tables.get(foldAscii(id))?.product
      if (owner !== undefined && owner !== product.id)
        return [clash(`The table ${id} belongs to ${asKnown(draft, owner)}.`)]
      const key = `${foldAscii(name)} ${majorOf(contract.version)}`
      if (seen.has(key)) return [clash(`${product.id} promises the table ${name} twice in one major version.`)]
      seen.add(key)
      return []
    }),
  )
}

/** A contract stays with the product that published it. */
function contractClashes(draft: Drafting, product: Product): readonly MeshError[] {
  const ids = new Set(product.ports.map(port => port.contract.id))
  return [...draft.state().products.values()]
    .filter(other => other.product.id !== product.id)
    .flatMap(other => other.product.ports.map(port => [port.contract.id, other.product.id] as const))
    .filter(([id]) => ids.has(id))
    .map(([id, owner]) => invalid(`The contract ${id} belongs to ${asKnown(draft, owner)}.`))
}

const asKnown = ({ base, actor, effects }: Drafting, id: string): string =>
  mayDiscover(base, actor, id, effects.now) ? id : 'another product'

/** `__proto__` is no key of a plain object, here or in anybody's client. */
export const isName = (name: string): boolean => limits.namePattern.test(name) && name !== '__proto__'

const invalid = (what: string) => new MeshError('document.invalid', what, { fix: 'Choose another name.' })
const clash = (what: string) => new MeshError('table.name-clash', what)
