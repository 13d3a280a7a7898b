import { compareProducts, type Change } from '../../contract/index.ts'
import { foldAscii, majorOf, type ContractTable, type MeshState, type Product } from '../../mesh/index.ts'

/**
 * What consumers meet in a release. They have the rows that were promoted last: a release that never got so far promised
 * them nothing yet, so what it would have strengthened may be taken back, and a table without any rows breaks for nobody.
 */
export function changesForReaders(state: MeshState, before: Product | undefined, after: Product): readonly Change[] {
  const changes = compareProducts(before, after)
  if (before === undefined) return changes
  const had = compareProducts(asRead(state, before), after)
  const missed = had.filter(change => weighs(change) && change.weight === 'breaking' && !has(changes, change))
  return [...missed, ...changes.map(change => (weighs(change) ? eased(change) : change))]

  function eased(change: Change): Change {
    const base = baseOf(state, before!, change)
    if (base === undefined) return { ...change, weight: 'safe', message: `${change.message} It has no readers yet.` }
    const met = had.find(other => isSame(other, change))
    if (met !== undefined) return met
    const note = `Readers still have ${base.release}, and compared with that it breaks nothing.`
    return { ...change, weight: 'safe', message: `${change.message} ${note}` }
  }
}

/** The craft of the owner is compared with the release before; promises are compared with what readers have. */
const weighs = ({ table, kind, weight }: Change): boolean =>
  weight !== 'safe' && table !== '*' && !kind.startsWith('build-')

const isSame = (a: Change, b: Change): boolean =>
  a.kind === b.kind &&
  a.major === b.major &&
  foldAscii(a.table) === foldAscii(b.table) &&
  foldAscii(a.column ?? '') === foldAscii(b.column ?? '')

const has = (changes: readonly Change[], change: Change): boolean => changes.some(other => isSame(other, change))

/** The product with each table as the readers of its major have it. */
const asRead = (state: MeshState, product: Product): Product => ({
  ...product,
  ports: product.ports.map(port => {
    const major = majorOf(port.contract.version)
    const tables = port.contract.tables.map(table => servedOf(state, product, table.name, major)?.table ?? table)
    return { ...port, contract: { ...port.contract, tables } }
  }),
})

interface Served {
  readonly table: ContractTable
  readonly release: string
}

/** What the change is measured against: its own major, else the newest that has rows. */
function baseOf(state: MeshState, before: Product, { table, major }: Change): Served | undefined {
  const promised = before.ports
    .filter(({ contract }) => contract.tables.some(({ name }) => foldAscii(name) === foldAscii(table)))
    .map(({ contract }) => majorOf(contract.version))
  const majors = major !== undefined && promised.includes(major) ? [major] : promised.toSorted((a, b) => b - a)
  return majors.flatMap(each => servedOf(state, before, table, each) ?? [])[0]
}

function servedOf(state: MeshState, { domain }: Product, table: string, major: number): Served | undefined {
  const version = state.tables.get(foldAscii(`${domain}.${table}`))?.majors.get(major)
  const last = version?.snapshots.at(-1)
  return version?.served === undefined || last === undefined
    ? undefined
    : { table: version.served, release: last.release }
}
