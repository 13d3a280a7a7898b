import { canonicalJson } from '../base/index.ts'
import type { Contract, Product } from '../mesh/index.ts'
import type { Change, Weight } from './change.ts'

/** What a product and its contracts say about themselves beside their tables. */
export function compareDocuments(before: Product, after: Product): readonly Change[] {
  const changes: Change[] = []
  const say = (kind: string, message: string, weight: Weight = 'safe') =>
    changes.push({ table: '*', kind, weight, message })
  if (before.status !== after.status) {
    const weight = after.status === 'deprecated' || after.status === 'retired' ? 'risky' : 'safe'
    say('status-changed', `The status of ${after.id} is ${after.status} now, before ${before.status}.`, weight)
  }
  if (before.owner !== after.owner)
    say('owner-changed', `${after.owner} answers for ${after.id} now, before ${before.owner}.`)
  for (const [key, what] of productParts)
    if (differs(before[key], after[key])) say('description-changed', `The ${what} of ${after.id} changed.`)
  for (const { contract } of after.ports) {
    const old = before.ports.find(port => port.contract.id === contract.id)?.contract
    if (old === undefined) continue
    for (const [key, what] of contractParts)
      if (differs(old[key], contract[key]))
        say('description-changed', `The ${what} of the contract ${contract.id} changed.`)
  }
  return changes
}

const productParts = [
  ['title', 'title'],
  ['kind', 'kind'],
  ['description', 'description'],
  ['tags', 'list of tags'],
  ['support', 'support'],
  ['successor', 'successor'],
  ['readme', 'README'],
] as const satisfies readonly (readonly [keyof Product, string])[]

const contractParts = [
  ['status', 'status'],
  ['name', 'name'],
  ['description', 'description'],
  ['tags', 'list of tags'],
  ['support', 'support'],
  ['terms', 'terms'],
] as const satisfies readonly (readonly [keyof Contract, string])[]

const differs = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) !== canonicalJson(b ?? null)

/** The first place in which two releases differ that no other change names: examples and tags of a column, say. */
export function otherDifference(before: Product, after: Product): Change | undefined {
  const found = firstDifference({ ...before, version: '' }, { ...after, version: '' }, [])
  if (found === undefined) return undefined
  return { table: '*', kind: 'document-changed', weight: 'safe', message: `${after.id} says something else: ${found}.` }
}

/** Source files are data. */
function firstDifference(a: unknown, b: unknown, path: readonly string[]): string | undefined {
  if (!differs(a, b) || path.at(-1) === 'files') return undefined
  const [old, now] = [membersOf(a), membersOf(b)]
  if (old === undefined || now === undefined) return `${path.join('.')} is ${shown(b)} now, before ${shown(a)}`
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const found = firstDifference(old[key], now[key], [...path, key])
    if (found !== undefined) return found
  }
  return undefined
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`
}
