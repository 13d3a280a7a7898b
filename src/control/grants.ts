import type { AccessRequest, Grant, MeshEvent } from '../mesh/index.ts'
import { daysAfter } from './days.ts'
import type { Effects } from './decided.ts'

/** Neither revoked nor over. */
export const isValid = (grant: Grant, now: Date): boolean =>
  grant.revoked === undefined && new Date(grant.from) <= now && now < new Date(grant.until)

/** What an approved request becomes. */
export function granted(request: AccessRequest, effects: Effects): MeshEvent {
  const { id, who, table, major, columns, rows, purpose, serves, days } = request
  const grant: Grant = {
    id: effects.newId('grant'),
    request: id,
    who,
    table,
    major,
    ...(columns === undefined ? {} : { columns }),
    ...(rows === undefined ? {} : { rows }),
    purpose,
    ...(serves === undefined ? {} : { serves }),
    from: effects.now.toISOString(),
    until: daysAfter(effects.now, days),
  }
  return { kind: 'access.granted', grant }
}
