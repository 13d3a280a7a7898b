import type {
  Column,
  Exception,
  Grant,
  MaskName,
  MeshState,
  Policy,
  Principal,
  QueryRule,
} from '../../src/mesh/index.ts'

/**
 * The composition law a second time: slow, plain, and without a line of the code that it checks. Instead of compiling
 * texts it looks up what each of the texts that the random meshes are made of means.
 */
export interface Question {
  readonly state: MeshState
  readonly principal: Principal
  readonly purpose?: string
  readonly door: string
  readonly now: Date
  readonly tables: readonly string[]
}

/** The answer with everything left out that the order of rules might change. */
export type Answer =
  | { readonly verdict: 'deny'; readonly code: string }
  | {
      readonly verdict: 'allow'
      readonly purpose: string
      readonly rows: number
      readonly tables: readonly {
        readonly columns: Readonly<Record<string, string>>
        readonly filters: readonly string[]
        readonly group: number
      }[]
    }

interface World extends Omit<Question, 'tables' | 'purpose'> {
  readonly domain: string
  readonly table: string
  readonly columns: readonly Column[]
  readonly purpose: string | undefined
}

interface Place extends World {
  readonly column?: Column
}

/** Every condition that random rules may use: its CEL text and what it means. */
export const meanings: Readonly<Record<string, (place: Place) => boolean>> = {
  true: () => true,
  "column.class == 'personal'": ({ column }) => column?.class === 'personal',
  "column.effectiveClass != 'public'": ({ column }) => (column?.class ?? 'internal') !== 'public',
  "column.name.matches('^s')": ({ column }) => column!.name.startsWith('s'),
  "column.type == 'date'": ({ column }) => column?.logicalType === 'date',
  "table.name == 't1'": ({ table }) => table.endsWith('.t1'),
  "'pii' in table.tags": ({ state, table }) =>
    [...state.tables.get(table)!.majors.values()].some(v => v.table.tags.includes('pii')),
  "domain.id == 'd1'": ({ domain }) => domain === 'd1',
  "domain.team != 'team-d2'": ({ state, domain }) => state.domains.get(domain)!.team !== 'team-d2',
  "purpose == 'p1'": ({ purpose }) => purpose === 'p1',
  "purpose.id in ['p1', 'p2']": ({ purpose }) => purpose === 'p1' || purpose === 'p2',
  "principal.kind == 'agent'": ({ principal }) => principal.kind === 'agent',
  "'x' in principal.teams": ({ principal }) => principal.teams.includes('x'),
  "principal.base == 'SEA'": ({ principal }) => principal.attributes['base'] === 'SEA',
  "person.id == 'u1'": ({ principal }) => (principal.onBehalfOf ?? principal).id === 'u1',
  "door == 'pgwire'": ({ door }) => door === 'pgwire',
}

/** Every filter: its text, the attributes that it needs, and how it reads once they are bound. */
export const filters: Readonly<Record<string, { readonly needs?: string; readonly bound: (value: string) => string }>> =
  {
    "s = 'EU'": { bound: () => `"s" = 'EU'` },
    's = principal.base': { needs: 'base', bound: value => `"s" = '${value}'` },
    'not s = principal.base': { needs: 'base', bound: value => `NOT ("s" = '${value}')` },
  }

export function answer(question: Question): Answer {
  const { state, principal } = question
  const all = [...Object.keys(state.settings.purposes), 'upkeep', 'product']
  if (question.purpose !== undefined && !all.includes(question.purpose))
    return { verdict: 'deny', code: 'purpose.unknown' }
  const worldOf = (table: string, purpose: string | undefined): World => {
    const version = [...state.tables.get(table)!.majors.values()][0]!
    return { ...question, table, domain: version.domain, columns: version.table.columns, purpose }
  }
  const covered = (purpose: string | undefined) => question.tables.every(t => covers(worldOf(t, purpose)))
  let purpose = question.purpose
  if (purpose !== undefined || !covered(undefined)) {
    const candidates = purpose === undefined ? all.filter(covered) : [purpose].filter(covered)
    if (candidates.length === 0) return { verdict: 'deny', code: 'access.required' }
    if (candidates.length > 1) return { verdict: 'deny', code: 'purpose.required' }
    purpose = candidates[0]
  }
  const subjects = principal.onBehalfOf === undefined ? [principal] : [principal, principal.onBehalfOf]
  const worlds = question.tables.map(t => subjects.map(s => ({ ...worldOf(t, purpose), principal: s })))
  if (worlds.flat().some(world => effects(world).some(effect => betrays(effect, world))))
    return { verdict: 'deny', code: 'policy.unenforceable' }
  if (worlds.flat().some(world => effects(world).some(({ rule }) => rule.deny !== undefined)))
    return { verdict: 'deny', code: 'policy.denied' }
  const limits = worlds.flat().flatMap(w => effects(w).map(({ rule }) => rule.limit?.rows ?? Infinity))
  return {
    verdict: 'allow',
    purpose: purpose ?? '',
    rows: Math.min(Infinity, ...limits),
    tables: question.tables.map((t, i) => tableAnswer(worldOf(t, purpose), worlds[i]!)),
  }
}

/** Rules in force that match a table; with the columns that they select, where they select columns. */
function effects(
  world: World,
): { readonly rule: QueryRule; readonly policy: Policy; readonly columns?: readonly Column[] }[] {
  return [...world.state.policies.values()].flatMap(policy => {
    if (policy.status !== 'enforced' || (policy.from !== undefined && new Date(policy.from) > world.now)) return []
    if (policy.domain !== undefined && policy.domain !== world.domain) return []
    const { domains = 'true', products = 'true', tables = 'true', columns } = policy.select
    if (![domains, products, tables].every(text => meanings[text]!(world))) return []
    return policy.onQuery.flatMap(rule => {
      if (rule.except.some(entry => excepted(entry, world))) return []
      const when = meanings[rule.when ?? 'true']!
      if (columns === undefined) return when(world) ? [{ rule, policy }] : []
      const selected = world.columns.filter(
        c => meanings[columns]!({ ...world, column: c }) && when({ ...world, column: c }),
      )
      return selected.length === 0 ? [] : [{ rule, policy, columns: selected }]
    })
  })
}

/** A local filter with a constant of its author, on a column that a global rule masks for anybody. */
function betrays({ rule, policy }: { readonly rule: QueryRule; readonly policy: Policy }, world: World): boolean {
  if (policy.domain === undefined || rule.filter !== "s = 'EU'") return false
  const column = world.columns.find(c => c.name === 's')!
  return [...world.state.policies.values()].some(({ domain, status, from, select, onQuery }) => {
    if (domain !== undefined || status !== 'enforced' || (from !== undefined && new Date(from) > world.now))
      return false
    const { domains = 'true', products = 'true', tables = 'true', columns = 'true' } = select
    const place = { ...world, column }
    if (![domains, products, tables, columns].every(text => meanings[text]!(place))) return false
    return onQuery.some(({ mask }) => mask !== undefined && (mask !== 'by-class' || byClass(column) !== undefined))
  })
}

function excepted(entry: Exception, { principal, purpose, door, domain }: World): boolean {
  const facts = [
    entry.team === undefined || principal.teams.includes(entry.team),
    entry.purpose === undefined || entry.purpose === purpose,
    entry.kind === undefined || entry.kind === principal.kind,
    entry.door === undefined || entry.door === door,
    entry.person === undefined || entry.person === (principal.onBehalfOf ?? principal).id,
    entry.role === undefined || (principal.roles[entry.in ?? domain] ?? []).some(role => role === entry.role),
  ]
  return Object.keys(entry).length > 0 && facts.every(Boolean)
}

function covers(world: World): boolean {
  const { principal } = world
  const subjects = principal.onBehalfOf === undefined ? [principal] : [principal, principal.onBehalfOf]
  if (
    subjects.every(s => effects({ ...world, principal: s }).some(e => e.rule.open === true && e.columns === undefined))
  )
    return true
  return subjects.every(s => upkeep(s, world) || grantsFor(s, world).length > 0)
}

const isOpen = (world: World): boolean =>
  covers({ ...world, state: { ...world.state, grants: new Map() }, purpose: world.purpose }) && !subjectsKeep(world)

function subjectsKeep(world: World): boolean {
  const { principal } = world
  return [principal, ...(principal.onBehalfOf === undefined ? [] : [principal.onBehalfOf])].every(s => upkeep(s, world))
}

const upkeep = (principal: Principal, { domain, purpose }: World): boolean =>
  purpose === 'upkeep' &&
  principal.kind === 'person' &&
  (principal.roles[domain] ?? []).some(role => role === 'product-owner' || role === 'data-engineer')

const grantsFor = (principal: Principal, { state, table, purpose, now }: World): Grant[] =>
  [...state.grants.values()].filter(
    g =>
      (g.who === principal.id || principal.teams.some(team => g.who === `team:${team}`)) &&
      g.table === table &&
      g.purpose === purpose &&
      g.revoked === undefined &&
      new Date(g.from) <= now &&
      now < new Date(g.until),
  )

function tableAnswer(world: World, worlds: readonly World[]) {
  const rules = worlds.flatMap(w => effects(w).map(effect => ({ ...effect, world: w })))
  const open = isOpen(world) || worlds.every(w => effects(w).some(e => e.rule.open === true && e.columns === undefined))
  const reach = open
    ? world.columns.map(c => c.name)
    : worlds.map(w => granted(w)).reduce((a, b) => a.filter(n => b.includes(n)))
  return {
    columns: Object.fromEntries(
      world.columns
        .filter(c => reach.includes(c.name))
        .map(c => {
          const masks = rules
            .filter(r => r.rule.mask !== undefined && (r.columns ?? world.columns).some(x => x.name === c.name))
            .map(r => (r.rule.mask === 'by-class' ? byClass(c) : r.rule.mask))
          return [
            c.name,
            fitted(
              c,
              masks.filter(m => m !== undefined),
            ),
          ]
        }),
    ),
    filters: [
      ...new Set(rules.flatMap(r => (r.rule.filter === undefined ? [] : [bound(r.rule.filter, r.world)]))),
    ].sort(),
    group: Math.max(0, ...rules.map(r => r.rule.minimumGroup ?? 0)),
  }
}

/** Random grants have no rows, so their columns add up. */
function granted(world: World): readonly string[] {
  const everything = world.columns.map(c => c.name)
  if (upkeep(world.principal, world)) return everything
  return [...new Set(grantsFor(world.principal, world).flatMap(g => g.columns ?? everything))]
}

function bound(text: string, { principal }: World): string {
  const { needs, bound } = filters[text]!
  if (needs === undefined) return bound('')
  const value = principal.attributes[needs] ?? principal.onBehalfOf?.attributes[needs]
  return value === undefined ? 'FALSE' : bound(String(value))
}

function byClass(column: Column): MaskName | undefined {
  if (column.class === 'confidential') return column.type === 'VARCHAR' ? 'mask-to-fixed-value' : 'replace-with-null'
  if (column.class !== 'personal') return undefined
  if (column.identifier !== undefined || column.type === 'VARCHAR') return 'keyed-hash'
  return column.type === 'DATE' ? 'truncate-to-year' : 'replace-with-null'
}

/** For each mask, all that hide at least as much, in the order of the law. */
const above: Readonly<Record<MaskName, readonly MaskName[]>> = {
  'show-first-4': ['show-first-4', 'mask-to-fixed-value', 'replace-with-null'],
  'show-last-4': ['show-last-4', 'mask-to-fixed-value', 'replace-with-null'],
  'mask-alphanum': ['mask-alphanum', 'mask-to-fixed-value', 'replace-with-null'],
  'keyed-hash': ['keyed-hash', 'mask-to-fixed-value', 'replace-with-null'],
  'truncate-to-month': ['truncate-to-month', 'truncate-to-year', 'mask-to-fixed-value', 'replace-with-null'],
  'truncate-to-year': ['truncate-to-year', 'mask-to-fixed-value', 'replace-with-null'],
  'mask-to-fixed-value': ['mask-to-fixed-value', 'replace-with-null'],
  'replace-with-null': ['replace-with-null'],
}

const texts: readonly MaskName[] = ['show-first-4', 'show-last-4', 'mask-alphanum']
const dates: readonly MaskName[] = ['truncate-to-month', 'truncate-to-year']

/** The first mask that hides as much as all of them and fits the type. */
function fitted(column: Column, masks: readonly MaskName[]): string {
  if (masks.length === 0) return 'shown'
  const common = above[masks[0]!].filter(mask => masks.every(m => above[m].includes(mask)))
  return common.find(mask => {
    if (texts.includes(mask)) return column.type === 'VARCHAR'
    if (dates.includes(mask)) return column.type === 'DATE'
    return mask !== 'keyed-hash' || column.type !== 'DOUBLE'
  })!
}

/** Whether one mask hides at least as much as another; `shown` hides nothing and `absent` everything. */
export function hides(mask: string, than: string): boolean {
  if (than === 'shown' || mask === 'absent') return true
  if (mask === 'shown' || than === 'absent') return false
  return above[than as MaskName].includes(mask as MaskName)
}
