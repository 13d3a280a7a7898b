import { canonicalJson, MeshError, nearest, quoteName } from '../base/index.ts'
import {
  foldAscii,
  newestMajor,
  principalOf,
  resolveTableName,
  type AccessRequest,
  type MeshEvent,
  type MeshState,
  type Principal,
  type TableVersion,
} from '../mesh/index.ts'
import { mayDiscover } from '../policy/index.ts'
import type { Command } from './command.ts'
import { requireDays } from './days.ts'
import type { Decided, Situation } from './decided.ts'
import { granted, isValid } from './grants.ts'
import { chainFor } from './request-chain.ts'
import { requireRows } from './request-rows.ts'
import { requirePurpose } from './purpose.ts'
import { mayDo } from './rights.ts'
import { sponsorOf } from './sponsor.ts'

type Wanted = Command & { kind: 'request-access' }

const daysByDefault = 90
const reasonLengthMax = 2000

/** Files a request, or gives the equal one that is open or still valid. A rule may approve it at once. */
export function requestAccess(situation: Situation, wanted: Wanted): Decided {
  const { request, events } = fileRequest(situation, wanted)
  return { events, result: request.id }
}

/** The request that stands for what is wanted, and the events that make it so: none where it stood already. */
export function fileRequest(
  { state, actor, effects }: Situation,
  wanted: Wanted,
): { readonly request: AccessRequest; readonly events: readonly MeshEvent[] } {
  const version = requireTable(state, actor, wanted)
  requireMayAskFor(state, actor, wanted.for)
  const isProduct = wanted.for.startsWith('product:')
  const purpose = requirePurpose(state.settings, wanted.purpose, isProduct ? ['product'] : [])
  const asked = {
    who: wanted.for,
    table: version.id,
    major: version.major,
    ...(wanted.columns === undefined ? {} : { columns: requireColumns(version, actor, wanted) }),
    ...(wanted.rows === undefined ? {} : { rows: wanted.rows }),
    purpose: wanted.purpose,
    ...(wanted.serves === undefined ? {} : { serves: [...wanted.serves].sort() }),
  }
  const standing = equalRequest(state, asked, effects.now)
  if (standing !== undefined) return { request: standing, events: [] }

  const days = requireDays(wanted.days ?? purpose.days ?? daysByDefault)
  if ((wanted.reason ?? '').length > reasonLengthMax)
    throw new MeshError('request.invalid', `The reason is longer than ${reasonLengthMax} characters.`)
  if (asked.rows !== undefined) {
    const principal = readerOf(state, actor, asked.who)
    const { purpose } = asked
    requireRows({ state, principal, purpose, door: 'http', now: effects.now }, version, asked.rows)
  }
  const { approvedByRule, chain } = chainFor({ state, actor, effects }, version, { ...asked, days })
  const request: AccessRequest = {
    id: effects.newId('req'),
    ...asked,
    requestedBy: actor.id,
    days,
    ...(wanted.reason === undefined ? {} : { reason: wanted.reason }),
    at: effects.now.toISOString(),
    state: 'requested',
    chain,
    answers: [],
    ...(approvedByRule === undefined ? {} : { approvedByRule }),
  }
  const filed: MeshEvent = { kind: 'access.requested', request }
  return { request, events: chain.length === 0 ? [filed, granted(request, effects)] : [filed] }
}

function requireTable(state: MeshState, actor: Principal, { table: name, major }: Wanted): TableVersion {
  const dot = name.indexOf('.')
  const found = dot < 0 ? undefined : resolveTableName(state, name.slice(0, dot), name.slice(dot + 1))
  if (found === undefined || !mayDiscover(state, actor, found.table.id))
    throw new MeshError('thing.not-found', `There is no table ${name}.`)
  const wanted = major ?? found.major
  const version = wanted === undefined ? newestMajor(found.table) : found.table.majors.get(wanted)
  if (version === undefined) throw new MeshError('thing.not-found', `${name} has no version ${wanted}.`)
  return version
}

/** Me, my team, a service or agent that I sponsor, a product that I may publish. */
function requireMayAskFor(state: MeshState, actor: Principal, who: string): void {
  if (actor.kind !== 'person' || actor.onBehalfOf !== undefined)
    throw new MeshError('role.required', 'Only people ask for access.', { fix: 'Ask the sponsor.' })
  if (who === actor.id) return
  if (who.startsWith('team:')) {
    const team = who.slice('team:'.length)
    if (actor.teams.includes(team)) return
    throw new MeshError('role.required', `Access for the team ${team} is for one of its members to ask.`)
  }
  if (who.startsWith('product:')) {
    const id = who.slice('product:'.length)
    const refusal = mayDo(state, actor, 'request-access-for-product', id.slice(0, Math.max(0, id.indexOf('.'))))
    if (refusal !== undefined) throw refusal
    return
  }
  const sponsor = sponsorOf(state.settings, who)
  if (sponsor === actor.id) return
  if (sponsor === undefined && actor.teams.includes(who))
    throw new MeshError('request.invalid', `${who} is a team, and access for a team names it as team:${who}.`, {
      fix: `Ask with: --for team:${who}`,
    })
  throw sponsor === undefined
    ? new MeshError('role.required', `${who} asks for access in person.`, { fix: 'Ask for yourself or for your team.' })
    : new MeshError('role.required', `Access for ${who} is its sponsor's to ask.`, { fix: `Ask ${sponsor}.` })
}

/** As the contract spells them, in its order. */
function requireColumns(version: TableVersion, actor: Principal, wanted: Wanted): readonly string[] {
  const names = wanted.columns ?? []
  if (names.length === 0) throw new MeshError('request.invalid', 'The list of columns is empty.')
  const known = new Map(version.table.columns.map(c => [foldAscii(c.name), c.name]))
  const unknown = names.filter(name => !known.has(foldAscii(name)))
  if (unknown.length > 0) throw noSuchColumns(version, actor, wanted, unknown)
  const folded = new Set(names.map(foldAscii))
  return [...known].filter(([name]) => folded.has(name)).map(([, name]) => name)
}

const namesMax = 30

/** With the line that asks for what was likely meant. */
function noSuchColumns(
  { id, table }: TableVersion,
  actor: Principal,
  { for: who, columns = [], purpose, days, rows }: Wanted,
  unknown: readonly string[],
): MeshError {
  const known = table.columns.map(column => column.name)
  const near = new Map(unknown.map(name => [name, nearest(name, known)]))
  const guessed = [...near.values()].filter(name => name !== undefined)
  const listed =
    known.length <= namesMax
      ? known.join(', ')
      : `${known.slice(0, namesMax).join(', ')} and ${known.length - namesMax} more`
  const fix =
    guessed.length === 0 ? `Its columns are ${listed}.` : `Did you mean ${[...new Set(guessed)].join(' and ')}?`
  const meant = [...new Set(columns.flatMap(name => (near.has(name) ? (near.get(name) ?? []) : [name])))]
  const others = [...(who === actor.id ? [] : [`--for ${who}`]), ...(days === undefined ? [] : [`--days ${days}`])]
  const asks = [`meshwright access request ${id} --columns ${meant.join(',')} --purpose ${purpose}`, ...others].join(
    ' ',
  )
  const isPlain = meant.length > 0 && rows === undefined && /^[\w.,:@ -]+$/.test(asks)
  return new MeshError('sql.column-not-found', `${id} has no column ${unknown.map(quoteName).join(' and ')}.`, {
    fix,
    next: { command: isPlain ? asks : `meshwright show ${id}` },
  })
}

/** Who is going to read; of a team, a member of which nothing else is known. */
function readerOf(state: MeshState, actor: Principal, who: string): Principal {
  if (who === actor.id) return actor
  if (!who.startsWith('team:')) return principalOf(state, who)
  return { id: who, kind: 'person', teams: [who.slice('team:'.length)], roles: {}, attributes: {} }
}

type Asked = Pick<AccessRequest, 'who' | 'table' | 'major' | 'columns' | 'rows' | 'purpose' | 'serves'>

function equalRequest(state: MeshState, asked: Asked, now: Date): AccessRequest | undefined {
  const key = canonicalJson(asked)
  return [...state.requests.values()].find(
    request => isLive(state, request, now) && canonicalJson(askedOf(request)) === key,
  )
}

const askedOf = ({ who, table, major, columns, rows, purpose, serves }: AccessRequest) => ({
  who,
  table,
  major,
  columns,
  rows,
  purpose,
  serves,
})

function isLive(state: MeshState, request: AccessRequest, now: Date): boolean {
  if (request.state === 'requested') return true
  const grant = request.grant === undefined ? undefined : state.grants.get(request.grant)
  return request.state === 'approved' && grant !== undefined && isValid(grant, now)
}
