import { holds, type Exception, type Principal, type Role } from '../mesh/index.ts'

/** Who asks, and how: what the exceptions of a rule may name. */
export interface Circumstances {
  readonly principal: Principal
  readonly purpose?: string
  readonly door?: string
  /** The domain of the table or product in question. */
  readonly domain: string
}

/** Whether one entry of a rule's `except` leaves these circumstances out: all facts that it names must hold. */
export const isExcepted = (except: readonly Exception[], circumstances: Circumstances): boolean =>
  except.some(entry => covers(entry, circumstances))

function covers(entry: Exception, { principal, purpose, door, domain }: Circumstances): boolean {
  // An entry that names nothing would leave everybody out; it leaves out nobody.
  if (Object.values(entry).every(value => value === undefined)) return false
  const person = principal.onBehalfOf ?? principal
  return (
    (entry.role === undefined ? entry.in === undefined || entry.in === domain : holdsRole(principal, entry, domain)) &&
    (entry.team === undefined || principal.teams.includes(entry.team)) &&
    (entry.purpose === undefined || entry.purpose === purpose) &&
    (entry.person === undefined || entry.person === person.id) &&
    (entry.kind === undefined || entry.kind === principal.kind) &&
    (entry.door === undefined || entry.door === door)
  )
}

/** Roles of the federation and the installation are held in no domain. */
const unattached = ['governance-member', 'platform-engineer']

function holdsRole(principal: Principal, entry: Exception, domain: string): boolean {
  const where = entry.in ?? (unattached.includes(entry.role ?? '') ? '' : domain)
  return holds(principal, entry.role as Role, where)
}
