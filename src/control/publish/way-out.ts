import { foldAscii, nextVersion, type Product } from '../../mesh/index.ts'
import { mayDiscover } from '../../policy/index.ts'
import type { Use } from '../consumers.ts'
import type { Drafting } from './drafting.ts'
import { majorsOf } from './majors-of.ts'

/**
 * What to do about a release that breaks somebody, step by step, for the owner and for each who is hit: people stay on
 * the major of their access by themselves, and a build does where its input says so.
 */
export function wayOut(draft: Drafting, before: Product, after: Product, hits: readonly Use[]): string {
  const gone = hits.filter(use => !isStillPromised(before, after, foldAscii(use.table)))
  if (gone.length > 0) {
    const tables = [...new Set(gone.map(use => use.table))].join(' and ')
    return `Keep the contract of ${tables} until nobody uses it: builds read something else first, and access ends or is revoked.`
  }
  const stayOn = (use: Use) => Math.max(...majorsOf(before, foldAscii(use.table)))
  const stays = Math.max(...hits.map(stayOn))
  const isNext = hits.every(use => majorsOf(after, foldAscii(use.table)).some(major => major > stayOn(use)))
  const builds = hits.filter(use => use.product !== undefined && use.major === undefined)
  const pins = builds.map(use => pinned(draft, use, stayOn(use))).join('; ')
  const first = `${isNext ? 'Before this' : 'Before that'}, or together with it, ${pins}.`
  if (isNext) return first
  const [contract, product] = [`${stays + 1}.0.0`, nextVersion(before.version, 'breaking')]
  const both =
    contract === product
      ? `${contract} of the contract and of ${after.id}`
      : `${contract} of the contract and ${product} of ${after.id}`
  const others = builds.length === hits.length ? '' : ', and whoever has access stays on it'
  const promise = `Keep what they use, or publish the change as version ${both}: v${stays} stays readable${others}.`
  return builds.length === 0 ? promise : `${promise} ${first}`
}

/** A table that a contract no longer promises stays readable where that contract went on to its next major. */
function isStillPromised(before: Product, after: Product, table: string): boolean {
  if (majorsOf(after, table).length > 0) return true
  return before.ports
    .filter(({ contract }) => contract.tables.some(t => foldAscii(`${before.domain}.${t.name}`) === table))
    .some(({ contract: { id } }) => after.ports.some(({ contract }) => contract.id === id))
}

/** What the owner of a build writes so that it stays on a major. */
function pinned({ base, actor, effects }: Drafting, { product: id, table }: Use, major: number): string {
  const pin = `major: ${major}`
  if (id === undefined || !mayDiscover(base, actor, id, effects.now))
    return `its owners have to write ${pin} at the input ${table} of the product that you may not see`
  const { build, version } = base.products.get(id)!.product
  const next = nextVersion(version, 'risky')
  const input = Object.entries(build.inputs).find(
    ([, reading]) => reading.kind === 'table' && foldAscii(reading.table) === foldAscii(table),
  )?.[0]
  const line = build.derived
    ? `write ${table}_v${major} instead of ${table} in the SQL of ${id}`
    : `write ${input}: {table: ${table}, ${pin}} in the build.yaml of ${id}`
  return `${line} and publish it as ${next}`
}
