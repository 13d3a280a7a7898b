import { MeshError } from '../../base/index.ts'
import { compareProducts, type Change } from '../../contract/index.ts'
import { documentsDigest, foldAscii, majorOf, type Product } from '../../mesh/index.ts'
import { mayDiscover } from '../../policy/index.ts'
import type { Consumer } from '../command.ts'
import { usesOf, type Use } from '../consumers.ts'
import type { Drafting } from './drafting.ts'
import { majorsOf } from './majors-of.ts'
import { wayOut } from './way-out.ts'

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
    .filter(use => use.product !== after.id)
  const others = uses.filter(use => !isAdapted(draft, use))
  const consumers = uses.map(use => consumerAfter(asKnown(draft, use), after))
  if (before === undefined) return { consumers }
  const serious = changes.filter(change => change.weight === 'breaking')
  const breaking = [...serious, ...goneFromBuilds(before, after, serious)]
  const hit = breaking.map(change => ({
    change,
    uses: others.filter(
      use => (serious.includes(change) || use.product !== undefined) && isHit(use, change, before, after),
    ),
  }))
  const hits = hit.flatMap(({ uses: found }) => found)
  const first = serious[0] ?? hit.find(({ uses: found }) => found.length > 0)?.change
  if (hits.length === 0 || first === undefined) return { consumers }
  const distinct = [...new Map(hits.map(use => [`${use.who} ${use.table}`, use])).values()]
  const known = distinct.map(use => asKnown(draft, use))
  const what = `${after.id} ${after.version} would break ${known.map(c => `${c.who} (${c.why})`).join(', ')}.`
  const context = { consumers: known.map(consumer), changes: breaking.map(change => change.message) }
  const fix = wayOut(draft, before, after, distinct)
  return { consumers, refusal: new MeshError('release.breaking', `${what} ${first.message}`, { fix, context }) }
}

/** A build is written against what is promised, whether anybody has rows of it yet or not: it cannot read what is gone. */
const goneFromBuilds = (before: Product, after: Product, serious: readonly Change[]): readonly Change[] =>
  compareProducts(before, after).filter(
    ({ kind, table, column }) =>
      (kind === 'column-removed' || kind === 'table-removed') &&
      !serious.some(other => other.kind === kind && other.table === table && other.column === column),
  )

function isHit(use: Use, change: Change, before: Product, after: Product): boolean {
  const table = foldAscii(use.table)
  if (foldAscii(`${after.domain}.${change.table}`) !== table) return false
  const column = change.column?.split('.')[0]
  if (use.columns !== undefined && column !== undefined && !use.columns.some(c => foldAscii(c) === foldAscii(column)))
    return false
  if (change.kind === 'table-removed') return !goesOn(before, after, table)
  const old = majorsOf(before, table)
  const changed = change.major === undefined ? majorsOf(after, table) : [change.major]
  const isInPlace = changed.every(major => old.includes(major))
  if (!isInPlace) return use.product !== undefined && use.major === undefined
  if (change.major === undefined) return use.major === undefined || old.includes(use.major)
  return use.major === undefined ? change.major === Math.max(...old) : use.major === change.major
}

/** Whether the contract of a table that goes is there in its next major: then the old one stays readable as it is. */
const goesOn = (before: Product, after: Product, table: string): boolean =>
  before.ports
    .filter(({ contract }) => contract.tables.some(t => foldAscii(`${before.domain}.${t.name}`) === table))
    .every(({ contract: old }) =>
      after.ports.some(({ contract }) => contract.id === old.id && majorOf(contract.version) > majorOf(old.version)),
    )

/** A build makes the newest major of a table that a contract of its product promises; an older one gets no more data. */
function consumerAfter(use: Use, after: Product): Consumer {
  const majors = majorsOf(after, foldAscii(use.table))
  const made = Math.max(...majors)
  if (majors.length === 0 || use.major === undefined || use.major >= made) return consumer(use)
  const what = `it stays on v${use.major}, which gets no more data once ${after.id} ${after.version} builds v${made}`
  return { ...consumer(use), why: `${use.why}; ${what}` }
}

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
