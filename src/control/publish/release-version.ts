import { MeshError } from '../../base/index.ts'
import { dueVersion, type Change } from '../../contract/index.ts'
import {
  compareVersions,
  majorOf,
  nextVersion,
  parseVersion,
  type Contract,
  type MeshState,
  type Product,
} from '../../mesh/index.ts'
import { changesForReaders } from './changes-for-readers.ts'

/** The lowest version that may carry what changed: at least a patch where any document did. */
export function dueFor(before: Product, product: Product, changes: readonly Change[]): string {
  const due = dueVersion(before.version, changes)
  const first = parseVersion(product.version) === undefined ? due : nextVersion(before.version, 'safe')
  return compareVersions(due, before.version) > 0 ? due : first
}

/** A version that was published cannot change, and one below the due one says less than what happened. */
export function versionRefusal(state: MeshState, product: Product, changes: readonly Change[]): MeshError | undefined {
  const before = state.products.get(product.id)
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
  return contractRefusal(state, before.product, product)
}

/** A contract has a version of its own, which names and grants pin: it follows what changed in its tables. */
function contractRefusal(state: MeshState, before: Product, product: Product): MeshError | undefined {
  for (const { name, contract } of product.ports) {
    const old = formerOf(contract, before)
    if (old === undefined) continue
    const alone = (of: Contract): Product => ({ ...product, ports: [{ name, contract: of }] })
    const changes = changesForReaders(state, alone(old), alone(contract)).filter(change => change.table !== '*')
    const due = dueVersion(old.version, changes)
    if (compareVersions(contract.version, due) < 0) {
      const why = changes[0] === undefined ? '' : ` ${changes[0].message}`
      return tooLow(`The contract ${contract.id} declares ${contract.version}, and ${due} is due.${why}`, due)
    }
  }
  return undefined
}

/** What the contract was in its major, else in the newest major before it. */
function formerOf({ id, version }: Contract, before: Product): Contract | undefined {
  const all = before.ports.map(port => port.contract).filter(contract => contract.id === id)
  const older = all.filter(contract => majorOf(contract.version) <= majorOf(version))
  return (
    all.find(contract => majorOf(contract.version) === majorOf(version)) ??
    (older.length > 0 ? older : all).toSorted((a, b) => compareVersions(b.version, a.version))[0]
  )
}

const tooLow = (what: string, due: string) =>
  new MeshError('release.version', what, { fix: `Declare version ${due}.`, context: { due } })
