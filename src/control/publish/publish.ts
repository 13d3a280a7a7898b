import { MeshError, type Issue } from '../../base/index.ts'
import { foldAscii, type MeshEvent } from '../../mesh/index.ts'
import type { Plan, Publication } from '../command.ts'
import type { Decided, Situation } from '../decided.ts'
import { draftPublication } from './plan-publication.ts'

/**
 * All of a publication or nothing of it. Where only access is missing, the requests are recorded all the same, so that
 * somebody can answer them; a repeat uses them again.
 */
export function publish(situation: Situation, publication: Publication): Decided {
  const { plan, draft } = draftPublication(situation, publication)
  if (plan.allowed) return { events: draft.events, result: plan }
  const refusal = refusalOf(plan)
  const onlyAccess = plan.refusals.every(r => r.code === 'access.required')
  return { events: onlyAccess ? askedFor(situation, draft.events) : [], result: plan, refusal }
}

/** Requests for tables that are there already, with what was answered at once. */
function askedFor({ state }: Situation, events: readonly MeshEvent[]): readonly MeshEvent[] {
  const asked = events.filter(event => event.kind === 'access.requested')
  const standing = asked.filter(({ request }) => isPublished(request.table, request.major))
  const ids = new Set([...standing.map(event => event.request.id), ...state.requests.keys()])
  const isAbout = (event: MeshEvent): boolean => {
    switch (event.kind) {
      case 'access.requested':
        return ids.has(event.request.id)
      case 'access.answered':
        return ids.has(event.request)
      case 'access.granted':
        return ids.has(event.grant.request)
      default:
        return false
    }
  }
  return events.filter(isAbout)

  function isPublished(table: string, major: number): boolean {
    return state.tables.get(foldAscii(table))?.majors.has(major) ?? false
  }
}

/** The first refusal, with all of them as issues. */
function refusalOf({ refusals }: Plan): MeshError {
  const first = refusals[0]!
  const count = refusals.length === 1 ? '' : `${refusals.length} things stand against it. `
  const issues = refusals.flatMap(r => r.details.issues ?? [issueOf(r)])
  return new MeshError(first.code, `${count}${first.message}`, { ...first.details, fix: first.fix, issues })
}

const issueOf = ({ code, message, fix }: MeshError): Issue => ({ code, message, fix, severity: 'error' })
