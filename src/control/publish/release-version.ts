import { MeshError } from '../../base/index.ts'
import { dueVersion, type Change } from '../../contract/index.ts'
import {
  compareVersions,
  foldAscii,
  nextVersion,
  parseVersion,
  type Contract,
  type Product,
  type ProductState,
} from '../../mesh/index.ts'

/** The lowest version that may carry what changed: at least a patch where any document did. */
export function dueFor(before: Product, product: Product, changes: readonly Change[]): string {
  const due = dueVersion(before.version, changes)
  const first = parseVersion(product.version) === undefined ? due : nextVersion(before.version, 'safe')
  return compareVersions(due, before.version) > 0 ? due : first
}

/** A version that was published cannot change, and one below the due one says less than what happened. */
export function versionRefusal(
  before: ProductState | undefined,
  product: Product,
  changes: readonly Change[],
): MeshError | undefined {
  if (parseVersion(product.version) === undefined)
    return tooLow(`${product.id} has the version ${JSON.stringify(product.version)}, which is none.`, '1.0.0')
  if (before === undefined) return undefined
  const due = dueFor(before.product, product, changes)
  const why = changes[0] === undefined ? '' : ` ${changes[0].message}`
  if (before.releases.some(release => release.version === product.version)) {
    const what = `${product.id} ${product.version} is published and cannot change any more.${why}`
    return new MeshError('release.immutable', `${what} The version that is due is ${due}.`, {
      fix: `Declare version ${due}.`,
      context: { due },
    })
  }
  if (compareVersions(product.version, due) < 0)
    return tooLow(`${product.id} declares ${product.version}, and ${due} is due.${why}`, due)
  return contractRefusal(before.product, product, changes)
}

/** A contract has a version of its own, which names and grants pin: it follows what changed in its tables. */
function contractRefusal(before: Product, product: Product, changes: readonly Change[]): MeshError | undefined {
  for (const { contract } of product.ports) {
    const old = before.ports.find(port => port.contract.id === contract.id)?.contract
    if (old === undefined) continue
    const due = dueVersion(old.version, changesOf(contract, old, changes))
    if (compareVersions(contract.version, due) < 0)
      return tooLow(`The contract ${contract.id} declares ${contract.version}, and ${due} is due.`, due)
  }
  return undefined
}

function changesOf(contract: Contract, old: Contract, changes: readonly Change[]): readonly Change[] {
  const tables = new Set([...contract.tables, ...old.tables].map(table => foldAscii(table.name)))
  return changes.filter(change => tables.has(foldAscii(change.table)) && change.kind !== 'build-changed')
}

const tooLow = (what: string, due: string) =>
  new MeshError('release.version', what, { fix: `Declare version ${due}.`, context: { due } })
