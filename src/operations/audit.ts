import { countOf, MeshError, nearest } from '../base/index.ts'
import {
  columnsNow,
  holds,
  knownPrincipals,
  newestMajor,
  principalOf,
  resolveTableName,
  type Entry,
  type MeshEvent,
  type MeshState,
  type Principal,
  type TableVersion,
} from '../mesh/index.ts'
import { entitlementsOf, mayDiscover, printCondition, type Condition } from '../policy/index.ts'
import { isAuditor, splitColumn } from './governance.ts'
import type { Handlers } from './handler.ts'
import { anyTableNamed, columnNamed } from './lookup.ts'
import { decideFor, purposesOf } from './show-table.ts'

export const auditHandlers: Pick<Handlers, 'audit' | 'verifyAudit' | 'auditWho'> = {
  audit({ control, ledger }, { after, limit, kind }, { principal }) {
    requireAuditor(control.state(), principal)
    if (kind !== undefined) requireKind(kind)
    const entries: Entry[] = []
    for (const entry of ledger.read(after)) {
      if (kind !== undefined && entry.event.kind !== kind) continue
      entries.push(entry)
      if (entries.length >= limit) break
    }
    return {
      head: control.state().seq,
      entries: entries.map(({ seq, at, actor, event, hash }) => ({
        seq,
        at,
        actor,
        kind: event.kind,
        summary: summaryOf(event),
        hash,
      })),
    }
  },

  async verifyAudit({ control, ledger }, _input, { principal }) {
    requireAuditor(control.state(), principal)
    const problems = await ledger.verify()
    return { entries: control.state().seq, head: control.state().seq, problems: problems.map(p => ({ ...p })) }
  },

  auditWho({ control, ledger, clock }, { of, on }, { principal }) {
    const now = control.state()
    const [tableId, written] = splitColumn(of)
    requireAnswerable(now, principal, tableId)
    const at = instantOf(on, clock())
    const state = ledger.stateAt(at)
    const { table, major } = anyTableNamed(state, tableId)
    const version = (major === undefined ? undefined : table.majors.get(major)) ?? newestMajor(table)
    const mayName = (id: string) => isAuditor(now, principal) || mayDiscover(now, principal, id)
    const column = written === undefined ? undefined : columnNamed(columnsNow(version), version.id, written).name
    const who = whoCouldAsk(state).flatMap(id => seenBy(state, principalOf(state, id), version, column, at, mayName))
    return { of, at: at.toISOString(), seq: state.seq, who }
  },
}

function requireAuditor(state: MeshState, principal: Principal): void {
  if (isAuditor(state, principal)) return
  throw new MeshError('role.required', 'The ledger is read by governance members and platform engineers.')
}

/**
 * Auditors ask about every table, hidden ones too, and product owners about those of their domain. Everybody else gets
 * one answer, whether the table is there or not.
 */
function requireAnswerable(state: MeshState, principal: Principal, table: string): void {
  if (isAuditor(state, principal) || holds(principal, 'product-owner', anyDomainOf(state, table))) return
  throw new MeshError(
    'role.required',
    'Who could see a table is told to its product owners, to governance members and to platform engineers.',
  )
}

/** Of the table that a name means now, however it is spelled; of one that is gone, by its name. */
function anyDomainOf(state: MeshState, name: string): string {
  const [schema = '', table = ''] = name.split('.')
  return resolveTableName(state, schema, table)?.table.domain ?? schema
}

/** A day means its end, or now if it is today. */
function instantOf(on: string, now: Date): Date {
  if (on === 'today') return now
  const at = /^\d{4}-\d{2}-\d{2}$/.test(on) ? new Date(`${on}T23:59:59.999Z`) : new Date(on)
  if (Number.isNaN(at.getTime()))
    throw new MeshError('request.invalid', `${on} is not a day.`, { fix: 'Write it as 2026-11-30, or say today.' })
  return at > now ? now : at
}

const whoCouldAsk = (state: MeshState) => [
  ...new Set([
    ...knownPrincipals(state),
    ...[...state.grants.values()].map(g => g.who).filter(who => !who.startsWith('team:')),
  ]),
]

function seenBy(
  state: MeshState,
  principal: Principal,
  version: TableVersion,
  column: string | undefined,
  at: Date,
  mayName: (table: string) => boolean,
) {
  const purposes: (string | undefined)[] = [...purposesOf(state, principal, version, at), undefined]
  return purposes.flatMap(purpose => {
    const decision = decideFor(state, principal, version, purpose, at)
    if (decision.verdict === 'deny') return []
    const opened = decision.determinedBy.find(d => d.effect === 'open')
    const granted = decision.determinedBy.find(d => d.effect === 'grant')
    if (purpose === undefined && opened === undefined) return []
    const seen = column === undefined ? undefined : decision.tables[0]?.columns.find(c => c.name === column)
    if (column !== undefined && seen === undefined) return []
    const rows = (decision.tables[0]?.filters ?? []).map(filter => rowsText(filter, mayName))
    const because = granted === undefined ? `open by ${opened?.rule ?? 'a rule'}` : `access ${granted.rule}`
    return [
      {
        who: principal.id,
        purpose: purpose ?? 'any',
        seen: seen?.mask === undefined ? 'as it is' : `masked by ${seen.mask}`,
        because,
        ...(rows.length === 0 ? {} : { rows }),
      },
    ]
  })
}

function rowsText(
  { rule, condition }: { readonly rule: string; readonly condition: Condition },
  mayName: (table: string) => boolean,
): string {
  const tells = entitlementsOf(condition).every(({ schema, table }) => mayName(`${schema}.${table}`))
  return `rows where ${tells ? printCondition(condition) : 'a table that you may not see says so'} by ${rule}`
}

/** One line for a person; the events themselves hold the rest. */
const summaries: { readonly [K in MeshEvent['kind']]: (event: Extract<MeshEvent, { readonly kind: K }>) => string } = {
  'installation.founded': event => `${event.platformEngineer} installed the mesh`,
  'mesh.published': event => `mesh ${event.mesh.id}`,
  'domain.published': event => `domain ${event.domain.id}`,
  'policy.published': event =>
    `policy ${event.policy.domain === undefined ? '' : `${event.policy.domain}/`}${event.policy.id} ${event.policy.status}`,
  'policy.withdrawn': event => `policy ${event.id}`,
  'release.activated': event => `${event.product.id} ${event.product.version} (${event.change})`,
  'sources.changed': event => event.product,
  'snapshot.promoted': event =>
    event.tables.map(t => `${t.table} ${t.snapshot} (${countOf(t.rows, 'row')})`).join(', '),
  'access.requested': event =>
    `${event.request.who} for ${event.request.table}, purpose ${event.request.purpose} (${event.request.id})`,
  'access.answered': event => `${event.request} ${event.answer.answer} by ${event.answer.by}`,
  'access.granted': event =>
    `${event.grant.who} reads ${event.grant.table} for ${event.grant.purpose} until ${event.grant.until}`,
  'access.withdrawn': event => event.request,
  'access.revoked': event => event.grant,
  'token.created': event =>
    `for ${event.token.who}${event.token.purpose === undefined ? '' : `, purpose ${event.token.purpose}`}`,
  'token.revoked': event => event.token,
  'queries.recorded': event => countOf(event.count, 'query', 'queries'),
}

function summaryOf(event: MeshEvent): string {
  const summary: (event: never) => string = summaries[event.kind]
  return summary(event as never)
}

function requireKind(kind: string): void {
  if (Object.hasOwn(summaries, kind)) return
  const kinds = Object.keys(summaries)
  const near = nearest(kind, kinds)
  throw new MeshError(
    'request.invalid',
    `There is no kind of entry ${kind}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    { fix: `There are: ${kinds.join(', ')}.` },
  )
}
