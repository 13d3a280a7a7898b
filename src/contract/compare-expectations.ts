import { canonicalJson } from '../base/index.ts'
import type { ContractTable, Expectation } from '../mesh/index.ts'
import type { Change } from './change.ts'

/** What is checked: fewer or other checks are a weaker or another promise, more of them a stronger one. */
export function compareExpectations(before: ContractTable, after: ContractTable): Change[] {
  const table = after.name
  const [old, now] = [byId(before), byId(after)]
  const changes: Change[] = []
  const say = (expectation: Expectation, kind: string, weight: Change['weight'], message: string) => {
    const { column } = expectation
    changes.push({ table, ...(column === undefined ? {} : { column }), kind, weight, message })
  }
  for (const [id, expectation] of old) {
    const next = now.get(id)
    if (next === undefined) say(expectation, 'check-removed', 'risky', `${table}: "${id}" is no longer checked.`)
    else if (canonicalJson(next.rule) !== canonicalJson(expectation.rule)) {
      say(next, 'check-changed', 'risky', `${table}: "${id}" checks something else now.`)
    } else if (next.severity !== expectation.severity) {
      const weaker = next.severity === 'warning'
      const says = weaker ? 'only warns now' : 'refuses a batch now'
      say(next, 'check-severity', weaker ? 'risky' : 'safe', `${table}: "${id}" ${says}.`)
    }
  }
  for (const [id, expectation] of now) {
    if (!old.has(id)) say(expectation, 'check-added', 'safe', `${table}: "${id}" is checked now.`)
  }
  return changes
}

const byId = (table: ContractTable): ReadonlyMap<string, Expectation> => new Map(table.expectations.map(e => [e.id, e]))
