import { quoteName } from '../base/index.ts'
import { pathSql, type Check } from './checks-of.ts'
import type { CheckRelations } from './plan-checks.ts'

/** The rows of a batch that break one check. */
export interface FailingRows {
  /** SQL over a relation named `row` with the contract's columns: true for a row that breaks it. */
  readonly predicate: string
  /** For people, beside the row. */
  readonly says: string
  /** It is about the values of the row alone, as the row's own condition is too. */
  readonly isValue: boolean
  /** A condition that stands in a contract: it has to be walked before it may run. */
  readonly isText: boolean
}

/** Which rows break a check that failed; undefined where it measures the table as a whole and names none. */
export function failingRows(
  check: Check,
  relations: Pick<CheckRelations, 'object' | 'batch'>,
): FailingRows | undefined {
  const says = check.description ?? check.id
  switch (check.kind) {
    case 'rows':
      return { predicate: `(${check.predicate})`, says, isValue: true, isText: false }
    case 'duplicates': {
      const values = check.columns.map(pathSql)
      const equal = values.map((value, i) => `repeated.k${i} = "row".${value}`).join(' and ')
      const keys = values.map((value, i) => `${value} as k${i}`).join(', ')
      const from = check.scope === 'batch' ? relations.batch : relations.object
      const repeated = `select ${keys} from ${from} group by all having count(*) > 1`
      const predicate = `exists (select 1 from (${repeated}) as repeated where ${equal})`
      return { predicate, says: `${check.columns.join(', ')} is there more than once`, isValue: false, isText: false }
    }
    case 'sql': {
      const condition = isUpperBound(check) ? conditionOf(check.query) : undefined
      return condition === undefined ? undefined : { predicate: `(${condition}\n)`, says, isValue: false, isText: true }
    }
    case 'reference':
    case 'count':
    case 'types':
      return undefined
  }
}

/** The more it counts, the worse: only then are the rows that it counts those that break it. */
const isUpperBound = ({ comparison }: Check): boolean =>
  comparison.op === '<' || comparison.op === '<=' || (comparison.op === '=' && Number(comparison.value) === 0)

/** `P` of a rule that counts the rows of the table or the batch for which `P` holds; an alias is another text. */
export function conditionOf(query: string): string | undefined {
  const text = query.replace(/;\s*$/, '')
  return (
    /^\s*select\s+count\s*\(\s*\*\s*\)(?:\s+as\s+\w+)?\s+from\s+\{(?:batch|object)\}\s+where\s+([^]+)$/i.exec(
      text,
    )?.[1] ??
    /^\s*select\s+count_if\s*\(([^]+)\)(?:\s+as\s+\w+)?\s+from\s+\{(?:batch|object)\}\s*$/i.exec(text)?.[1] ??
    /^\s*select\s+count\s*\(\s*\*\s*\)\s+filter\s*\(\s*where\s+([^]+)\)(?:\s+as\s+\w+)?\s+from\s+\{(?:batch|object)\}\s*$/i.exec(
      text,
    )?.[1]
  )
}

/** The text in which such a condition is walked. */
export const conditionQuery = (predicate: string, relation: string): string =>
  `select 1 from ${relation} as ${quoteName('row')} where ${predicate}`
