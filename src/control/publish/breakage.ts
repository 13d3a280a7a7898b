import { MeshError } from '../../base/index.ts'
import type { Change } from '../../contract/index.ts'
import { documentsDigest, foldAscii, majorOf, type Product } from '../../mesh/index.ts'
import { mayDiscover } from '../../policy/index.ts'
import type { Consumer } from '../command.ts'
import { usesOf, type Use } from '../consumers.ts'
import type { Drafting } from './drafting.ts'

/**
 * Whom a release breaks. Under the same major everybody who uses what breaks; a new major leaves the old one readable, so
 * that it breaks only builds which follow the newest. `consumers` are all who use a table that changed.
 */
export function breakage(
  draft: Drafting,
  before: Product | undefined,
  after: Product,
  changes: readonly Change[],
): { readonly consumers: readonly Consumer[]; readonly refusal?: MeshError } {
  const touched = [...new Set(changes.map(change => foldAscii(change.table)))]
  const uses = touched
    .flatMap(table => usesOf(draft.base, `${after.domain}.${table}`, draft.effects.now))
    .map(use => asKnown(draft, use))
  const others = uses.filter(use => use.product !== after.id && !isAdapted(draft, use))
  const consumers = uses.map(use => consumerAfter(use, after))
  if (before === undefined) return { consumers }
  const breaking = changes.filter(change => change.weight === 'breaking')
  const hits = breaking.flatMap(change => others.filter(use => isHit(use, change, before, after)))
  const [first] = breaking
  if (hits.length === 0 || first === undefined) return { consumers }
  const hit = [...new Map(hits.map(use => [`${use.who} ${use.table}`, consumer(use)])).values()]
  const what = `${after.id} ${after.version} would break ${hit.map(c => `${c.who} (${c.why})`).join(', ')}.`
  const context = { consumers: hit, changes: breaking.map(change => change.message) }
  return {
    consumers,
    refusal: new MeshError('release.breaking', `${what} ${first.message}`, { fix: fixOf(after), context }),
  }
}

const fixOf = (after: Product): string =>
  `Keep what they use, or promise the change in the next major of the contract beside it: version ${majorOf(after.version) + 1}.0.0 of ${after.id} leaves the old one readable.`

function isHit(use: Use, change: Change, before: Product, after: Product): boolean {
  const table = foldAscii(use.table)
  if (foldAscii(`${after.domain}.${change.table}`) !== table) return false
  const column = change.column?.split('.')[0]
  if (use.columns !== undefined && column !== undefined && !use.columns.some(c => foldAscii(c) === foldAscii(column)))
    return false
  const [old, now] = [majorsOf(before, table), majorsOf(after, table)]
  const isInPlace = now.every(major => old.includes(major))
  if (isInPlace) return use.major === undefined || old.includes(use.major)
  return use.product !== undefined && use.major === undefined
}

/** A build makes one major of a table, the first that a contract of its product promises; an older one gets no more data. */
function consumerAfter(use: Use, after: Product): Consumer {
  const [made] = majorsOf(after, foldAscii(use.table))
  const stays = made !== undefined && use.major !== undefined && use.major < made && use.product !== after.id
  if (!stays) return consumer(use)
  const what = `it stays on v${use.major}, which gets no more data once ${after.id} ${after.version} builds v${made}`
  return { ...consumer(use), why: `${use.why}; ${what}` }
}

const majorsOf = (product: Product, table: string): readonly number[] =>
  product.ports
    .filter(port => port.contract.tables.some(t => foldAscii(`${product.domain}.${t.name}`) === table))
    .map(port => majorOf(port.contract.version))

/** The same publication changes the product that reads: its owner knows. */
function isAdapted({ base, publication }: Drafting, use: Use): boolean {
  const next = publication.products.find(product => product.id === use.product)
  const now = base.products.get(use.product ?? '')?.product
  return next !== undefined && now !== undefined && documentsDigest(next) !== documentsDigest(now)
}

/** A product that the publisher may not know of still counts. */
function asKnown({ base, actor, effects }: Drafting, use: Use): Use {
  if (use.product === undefined || mayDiscover(base, actor, use.product, effects.now)) return use
  return { ...use, who: 'a product that you may not see', why: 'declared input' }
}

const consumer = ({ who, table, why }: Use): Consumer => ({ who, table, why })
