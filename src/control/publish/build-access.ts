import { MeshError } from '../../base/index.ts'
import {
  columnsNow,
  principalOf,
  resolveTableName,
  type AccessRequest,
  type Principal,
  type Product,
  type TableState,
  type TableVersion,
} from '../../mesh/index.ts'
import { decideQuery, mayDiscover, versionFor } from '../../policy/index.ts'
import { answered } from '../answer-access.ts'
import { approversNamed, openLinks, speaksFor } from '../approvers.ts'
import type { PlanItem } from '../command.ts'
import { fileRequest } from '../request-access.ts'
import { tablesRead } from './tables-read.ts'
import { makes, refusedInput, refuseOwn, refuseUnread } from './unread-table.ts'
import type { Drafting } from './drafting.ts'

type Requests = PlanItem['requests']

const purpose = 'product'
/** A build's access lasts until somebody looks at it again. */
const days = 365

/**
 * A build is a principal: tables of its own domain need no grant, open ones neither, all others one for the purpose
 * `product`. What is missing is asked for at once, and granted at once where a rule or the publisher may.
 */
export function buildAccess(draft: Drafting, product: Product): Requests {
  const builder = principalOf(draft.state(), `product:${product.id}`)
  const lookedUp = draft.publication.lookedUp?.get(product.id) ?? []
  return tablesRead(product, lookedUp).flatMap(wanted => {
    const { table: name, major } = wanted
    const found = tableNamed(draft, name)
    if (makes(product, found?.id ?? name)) {
      refuseOwn(draft, product, wanted)
      return []
    }
    if (found === undefined) {
      refuseUnread(draft, product, wanted)
      return []
    }
    if (found.domain === product.domain) return []
    const version = versionFor(draft.state(), builder, found, {
      ...(major === undefined ? {} : { major }),
      purpose,
      door: 'build',
      now: draft.effects.now,
    })
    if (version !== undefined) return orRefused(draft, () => accessTo(draft, product, builder, version))
    draft.refuse(
      refusedInput(
        product,
        wanted,
        'sql.table-not-found',
        `${product.id} reads ${name} in version ${major}, which is not there.`,
      ),
    )
    return []
  })
}

function tableNamed(draft: Drafting, name: string): TableState | undefined {
  const dot = name.indexOf('.')
  const found = dot < 0 ? undefined : resolveTableName(draft.state(), name.slice(0, dot), name.slice(dot + 1))
  return found !== undefined && mayDiscover(draft.state(), draft.actor, found.table.id, draft.effects.now)
    ? found.table
    : undefined
}

/** Somebody who may not even ask: one more refusal of the plan. */
function orRefused(draft: Drafting, ask: () => Requests): Requests {
  try {
    return ask()
  } catch (thrown) {
    if (!(thrown instanceof MeshError)) throw thrown
    draft.refuse(thrown)
    return []
  }
}

function accessTo(draft: Drafting, product: Product, builder: Principal, version: TableVersion): Requests {
  const { actor, effects } = draft
  const columns = columnsNow(version)
  const decision = decideQuery({
    state: draft.state(),
    principal: builder,
    purpose,
    door: 'build',
    now: effects.now,
    tables: [{ version, columns }],
  })
  if (decision.verdict === 'allow') return []
  if (decision.error.code !== 'access.required') {
    draft.refuse(decision.error)
    return []
  }
  // The publisher may publish the product, so that asking in its name is theirs too, new as it may be.
  const asker: Principal = { ...actor, roles: { ...actor.roles, [product.domain]: ['data-engineer'] } }
  const { request, events } = fileRequest(
    { state: draft.state(), actor: asker, effects },
    { kind: 'request-access', for: builder.id, table: version.id, major: version.major, purpose, days },
  )
  const approver = asApprover(draft, version.domain)
  draft.record(...events)
  const open = draft.state().requests.get(request.id)!
  const mine = openLinks(open).filter(link => speaksFor(approver, link, version.domain))
  if (open.state === 'requested' && mine.length > 0)
    draft.record(
      ...answered(open, mine, { by: actor.id, answer: 'approved', reason: 'Published by its approver' }, effects),
    )
  const { state } = draft.state().requests.get(request.id)!
  if (state !== 'approved') draft.refuse(accessRequired(draft, product, version, open))
  return [{ table: version.id, purpose, id: request.id, state }]
}

/** In a domain that this publication creates, its own members approve. */
function asApprover({ base, state, actor }: Drafting, domain: string): Principal {
  if (base.domains.has(domain)) return actor
  return { ...actor, roles: { ...actor.roles, [domain]: principalOf(state(), actor.id).roles[domain] ?? [] } }
}

function accessRequired(draft: Drafting, product: Product, version: TableVersion, request: AccessRequest): MeshError {
  const now = draft.state().requests.get(request.id) ?? request
  const waits = approversNamed(draft.base, openLinks(now), version.domain)
  return new MeshError('access.required', `${product.id} reads ${version.id}, and its build has no access to it.`, {
    fix: `The request ${request.id} waits for ${waits}; publish again when it is approved.`,
    next: { command: `meshwright access show ${request.id}` },
    context: { table: version.id, purpose, request: request.id },
  })
}
