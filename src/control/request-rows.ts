import { MeshError } from '../base/index.ts'
import { foldAscii, type Policy, type TableVersion } from '../mesh/index.ts'
import {
  checkPolicy,
  ConditionError,
  entitlementsOf,
  parseCondition,
  rowsWouldBetray,
  type Condition,
} from '../policy/index.ts'

/**
 * The condition of a request has to bind against its table, it looks up no other, and it reads no column that the reader
 * sees masked: which rows are left would tell the values.
 */
export function requireRows(reader: Parameters<typeof rowsWouldBetray>[0], version: TableVersion, rows: string): void {
  const { state } = reader
  const condition = parsed(rows)
  if (entitlementsOf(condition).length > 0)
    throw new MeshError('request.invalid', 'The condition of a request looks up no other table.', {
      fix: `Bound the rows by the columns of ${version.id}, or ask its owner for a rule.`,
    })
  const alone = { id: version.id, domain: version.domain, name: version.name, product: version.product }
  const only = { ...alone, majors: new Map([[version.major, version]]) }
  const problems = checkPolicy(filterBy(rows), { ...state, tables: new Map([[foldAscii(version.id), only]]) })
  const [problem] = problems.filter(p => p.severity === 'error')
  const betrayed = problem === undefined ? rowsWouldBetray(reader, version, condition) : undefined
  if (betrayed !== undefined)
    throw new MeshError(
      'request.invalid',
      `The rows cannot be bounded by ${betrayed.column}, which ${reader.principal.id} would see masked by the rule ${betrayed.rule}: the rows that are left would tell its values.`,
      { fix: 'Bound them by a column that is seen as it is.' },
    )
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
