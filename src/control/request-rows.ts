import { MeshError } from '../base/index.ts'
import { foldAscii, type MeshState, type Policy, type TableVersion } from '../mesh/index.ts'
import { checkPolicy, ConditionError, entitlementsOf, parseCondition, type Condition } from '../policy/index.ts'

/** The condition of a request has to bind against its table, and it looks up no other. */
export function requireRows(state: MeshState, version: TableVersion, rows: string): void {
  if (entitlementsOf(parsed(rows)).length > 0)
    throw new MeshError('request.invalid', 'The condition of a request looks up no other table.', {
      fix: `Bound the rows by the columns of ${version.id}, or ask its owner for a rule.`,
    })
  const alone = { id: version.id, domain: version.domain, name: version.name, product: version.product }
  const only = { ...alone, majors: new Map([[version.major, version]]) }
  const problems = checkPolicy(filterBy(rows), { ...state, tables: new Map([[foldAscii(version.id), only]]) })
  const [problem] = problems.filter(p => p.severity === 'error')
  if (problem === undefined) return
  const what = `The rows cannot be bounded by that condition: ${problem.message}`
  throw new MeshError('request.invalid', what, problem.fix === undefined ? {} : { fix: problem.fix })
}

function parsed(rows: string): Condition {
  try {
    return parseCondition(rows)
  } catch (thrown) {
    if (!(thrown instanceof ConditionError)) throw thrown
    const what = `The condition on rows cannot be read at character ${thrown.at + 1}: ${thrown.message}`
    throw new MeshError('request.invalid', what, { cause: thrown, fix: thrown.fix })
  }
}

/** A rule that would filter by it: whatever such a rule may not say, a request may not either. */
const filterBy = (filter: string): Policy => ({
  id: 'request',
  team: '',
  status: 'enforced',
  select: {},
  onPublish: [],
  onQuery: [{ filter, except: [] }],
  onRequest: [],
  onFind: [],
  tests: [],
  file: 'request',
})
