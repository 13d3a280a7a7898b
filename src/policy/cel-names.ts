import type { Policy } from '../mesh/index.ts'

/** The names of one enforcement point: what each has, or `true` where any name may follow. */
export type Names = Readonly<Record<string, Fields>>
export type Fields = true | readonly string[]

export type Point = 'onPublish' | 'onQuery' | 'onRequest' | 'onFind'
export type Level = 'domains' | 'products' | 'tables' | 'columns'

const domain = ['id', 'title', 'team', 'parent', 'tags'] as const
const product = ['id', 'name', 'kind', 'status', 'version', 'tags', 'description', 'owner', 'support'] as const
const table = ['name', 'major', 'kind', 'tags', 'columns', 'rows'] as const
const column = [
  'name',
  'type',
  'class',
  'effectiveClass',
  'identifier',
  'match',
  'tags',
  'description',
  'required',
  'path',
] as const
const contract = [
  'id',
  'version',
  'status',
  'name',
  'description',
  'tags',
  'serviceLevels',
  'support',
  'terms',
] as const

const everywhere: Names = { mesh: ['id', 'environment'], now: true, policy: ['id', 'team'] }
const who: Names = { principal: true, purpose: ['id'] }

const atLevel: Readonly<Record<Level, Names>> = {
  domains: { domain },
  products: { domain, product },
  tables: { domain, product, table },
  columns: { domain, product, table, column },
}

const atPoint: Readonly<Record<Point, Names>> = {
  onPublish: { domain, product, release: ['version', 'change'], contract, lineage: true },
  onQuery: { domain, product, table, ...who, person: true, door: true },
  onRequest: { domain, product, table, ...who, request: ['columns', 'rows', 'days', 'for'] },
  onFind: { domain, product, table, principal: true },
}

/** Names in a `domains`, `products`, `tables` or `columns` condition. */
export const selectionNames = (level: Level): Names => ({ ...everywhere, ...atLevel[level] })

/** Names in the conditions of a point: those of the point, and those of what the policy selects. */
export const pointNames = (point: Point, level: Level | undefined): Names => ({
  ...everywhere,
  ...atPoint[point],
  ...(level === undefined ? {} : atLevel[level]),
})

/** The finest thing that a policy selects. */
export function levelOf(select: Policy['select']): Level | undefined {
  return (['columns', 'tables', 'products', 'domains'] as const).find(level => select[level] !== undefined)
}
