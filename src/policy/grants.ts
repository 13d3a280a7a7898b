import { foldAscii, holds, type Grant, type MeshState, type Principal, type TableVersion } from '../mesh/index.ts'

type Index = ReadonlyMap<string, readonly Grant[]>

const indexes = new WeakMap<MeshState['grants'], Index>()

/** Grants of a principal or its teams on a version of a table that are active at that instant, oldest first. */
export function grantsOf(
  state: MeshState,
  principal: Principal,
  table: string,
  major: number,
  now: Date,
): readonly Grant[] {
  return grantsEver(state, principal, table, major)
    .filter(grant => isActive(grant, now))
    .sort(byAge)
}

/** The same at any instant. */
export const grantsEver = (state: MeshState, principal: Principal, table: string, major: number): readonly Grant[] =>
  whoOf(principal).flatMap(who => indexOf(state.grants).get(keyOf(who, table, major)) ?? [])

/** Whether the grant allows anything at that instant: within its bounds and not revoked. */
export const isActive = (grant: Grant, now: Date): boolean =>
  grant.revoked === undefined && Date.parse(grant.from) <= now.getTime() && now.getTime() < Date.parse(grant.until)

/** How grants name a principal. */
export const whoOf = (principal: Principal): readonly string[] => [
  principal.id,
  ...principal.teams.map(team => `team:${team}`),
]

/**
 * The standing grant on a domain's own tables: `upkeep` for its product owners and data engineers, `product` for the
 * builds of its products.
 */
export function standingPurpose(principal: Principal, version: Pick<TableVersion, 'domain'>): string | undefined {
  if (principal.kind === 'product') return principal.id.startsWith(`product:${version.domain}.`) ? 'product' : undefined
  if (principal.kind !== 'person') return undefined
  const keeps = holds(principal, 'product-owner', version.domain) || holds(principal, 'data-engineer', version.domain)
  return keeps ? 'upkeep' : undefined
}

function indexOf(grants: MeshState['grants']): Index {
  const known = indexes.get(grants)
  if (known !== undefined) return known
  const index = new Map<string, Grant[]>()
  for (const grant of grants.values()) {
    const key = keyOf(grant.who, grant.table, grant.major)
    const others = index.get(key)
    if (others === undefined) index.set(key, [grant])
    else others.push(grant)
  }
  indexes.set(grants, index)
  return index
}

const byAge = (a: Grant, b: Grant): number =>
  Date.parse(a.from) - Date.parse(b.from) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

const keyOf = (who: string, table: string, major: number): string => `${foldAscii(table)}|${major}|${who}`
