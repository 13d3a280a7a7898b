import {
  columnsNow,
  holds,
  newestMajor,
  principalOf,
  type MeshState,
  type Principal,
  type TableVersion,
} from '../mesh/index.ts'
import type { ReceiptShape } from '../api/index.ts'
import { MeshError } from '../base/index.ts'
import type { QueryDecision } from '../policy/index.ts'
import type { Handlers } from './handler.ts'
import { personNamed } from './known-people.ts'
import { columnNamed, tableNamed } from './lookup.ts'
import { decideFor, purposesOf } from './show-table.ts'
import type { Rooms } from './rooms.ts'

export const governanceHandlers: Pick<Handlers, 'policies' | 'why' | 'explain' | 'receipt'> = {
  policies({ control }) {
    return {
      policies: [...control.state().policies.values()].map(p => ({
        id: p.id,
        ...(p.domain === undefined ? {} : { domain: p.domain }),
        team: p.team,
        status: p.status,
        ...(p.title === undefined ? {} : { title: p.title }),
        ...(p.description === undefined ? {} : { description: p.description }),
        points: (['onPublish', 'onQuery', 'onRequest', 'onFind'] as const).filter(point => p[point].length > 0),
      })),
    }
  },

  why(rooms, input, { principal, tokenPurpose, headerPurpose }) {
    const state = rooms.control.state()
    const [tableId, written] = splitColumn(input.of)
    const { table, major } = tableNamed(state, principal, tableId)
    const version = (major === undefined ? undefined : table.majors.get(major)) ?? newestMajor(table)
    const column = written === undefined ? undefined : columnNamed(columnsNow(version), version.id, written).name
    const named = input.as === undefined ? undefined : personNamed(state, input.as)
    const asked = named === undefined ? principal : principalOf(state, named.id)
    const purpose = input.purpose ?? headerPurpose ?? tokenPurpose ?? onlyPurpose(rooms, state, asked, version)
    const decision = decideFor(state, asked, version, purpose, rooms.clock())
    return {
      of: input.of,
      as: asked.id,
      ...(purpose === undefined ? {} : { purpose }),
      verdict: decision.verdict,
      ...(named?.known === false
        ? {
            notice: `Nobody of the name ${named.id} is known here.${named.near === undefined ? '' : ` Did you mean ${named.near}?`}`,
          }
        : {}),
      ...(decision.verdict === 'deny' ? { code: decision.error.code, detail: decision.error.message } : {}),
      ...(decision.verdict === 'deny' && decision.error.details.next !== undefined
        ? { next: decision.error.details.next.command }
        : {}),
      determinedBy: decision.determinedBy
        .filter(d => column === undefined || d.column === undefined || d.column === column)
        .map(d => ({ ...d })),
      columns: columnsSeen(version, decision).filter(c => column === undefined || c.name === column),
    }
  },

  async explain({ gateway, url }, input, { principal, tokenPurpose, headerPurpose }) {
    const purpose = chosenPurpose(input.purpose, headerPurpose, tokenPurpose)
    const explanation = await gateway.explain({
      sql: input.sql,
      params: (input.params ?? []) as never,
      principal,
      door: 'http',
      format: 'json',
      url: url(),
      ...(purpose === undefined ? {} : { purpose }),
      ...(input.at === undefined ? {} : { at: input.at }),
    })
    return { ...explanation }
  },

  async receipt({ gateway, url }, { id }, { principal }) {
    const receipt = await gateway.receipt(id, principal)
    if (receipt === undefined) throw new MeshError('thing.not-found', `There is no receipt ${id} that you may see.`)
    const shown = JSON.parse(JSON.stringify(receipt)) as Omit<ReceiptShape, 'url'>
    return { ...shown, url: `${url()}/r/${id}` }
  },
}

/** Body, then header, then token; one that disagrees with a bound token is refused. */
export function chosenPurpose(
  body: string | undefined,
  header: string | undefined,
  token: string | undefined,
): string | undefined {
  const stated = body ?? header
  if (stated !== undefined && token !== undefined && stated !== token) {
    throw new MeshError(
      'purpose.mismatch',
      `The token is bound to the purpose ${token}, and the request states ${stated}.`,
    )
  }
  return stated ?? token
}

/** `domain.table.column` in its two halves; a table alone has no second. */
export function splitColumn(of: string): [string, string | undefined] {
  const parts = of.split('.')
  return parts.length > 2 ? [parts.slice(0, 2).join('.'), parts.slice(2).join('.')] : [of, undefined]
}

function onlyPurpose(rooms: Rooms, state: MeshState, asker: Principal, version: TableVersion): string | undefined {
  const [only, ...others] = purposesOf(state, asker, version, rooms.clock())
  return others.length === 0 ? only : undefined
}

function columnsSeen(version: TableVersion, decision: QueryDecision) {
  return columnsNow(version).map(column => {
    const seen =
      decision.verdict === 'allow' ? decision.tables[0]?.columns.find(c => c.name === column.name) : undefined
    const rules = decision.determinedBy.filter(d => d.column === column.name).map(d => d.rule)
    if (seen === undefined) return { name: column.name, seen: 'not at all' as const, rules }
    return seen.mask === undefined
      ? { name: column.name, seen: 'as it is' as const, rules }
      : { name: column.name, seen: 'masked' as const, mask: seen.mask, rules: [...new Set([...rules, ...seen.rules])] }
  })
}

export const isAuditor = (state: MeshState, principal: Principal): boolean =>
  holds(principal, 'governance-member', '') || holds(principal, 'platform-engineer', '')
