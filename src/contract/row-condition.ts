import { quoteName, quoteText } from '../base/index.ts'
import type { ContractTable, Expectation } from '../mesh/index.ts'
import { metricFault, primaryKeyOf } from './checks-of.ts'
import { faultsOf } from './value-faults.ts'

/** How the columns of a row that is not written yet are reached in SQL. */
export interface RowSource {
  /** Column name → true where its value does not fit the contract's type; undefined where every value does. */
  readonly misfit: (column: string) => string | undefined
  /** SQL of what to tell of such a value; absent: its column and the type that it is not of. */
  readonly misfitSays?: (column: string) => string | undefined
  /** `domain.table` of a reference → relation. */
  readonly table: (name: string) => string
}

export interface RowCondition {
  /**
   * SQL over a relation named `row` with the contract's columns in the contract's types: null for a row that keeps every
   * row-level expectation, else the reasons why not, joined by `; `. Repeated keys are not among them.
   */
  readonly reason: string
  /** Sets of columns of which no two rows may agree: the primary key first. */
  readonly keys: readonly (readonly string[])[]
}

/**
 * The row-level expectations: types, required, limits on values, references, no nulls, no missing values, and invalid
 * values whatever number of them is tolerated: tolerance is for tables that keep them.
 */
export function rowCondition(table: ContractTable, source: RowSource): RowCondition {
  const key = primaryKeyOf(table).map(column => column.name)
  // What is promised twice, as a key and as a rule of its own, is told once.
  const said = new Map<string, string[]>()
  const whenSql = (predicate: string, says: string) => said.set(says, [...(said.get(says) ?? []), predicate])
  const when = (predicate: string, says: string) => whenSql(predicate, quoteText(says))
  for (const column of table.columns) {
    const misfit = source.misfit(column.name)
    if (misfit !== undefined)
      whenSql(misfit, source.misfitSays?.(column.name) ?? quoteText(`${column.name} is no ${column.type}`))
    const required = { ...column, required: column.required || key.includes(column.name) }
    for (const fault of faultsOf(required, quoteName(column.name), column.name)) {
      const present = fault.isNull && misfit !== undefined ? ` and not coalesce(${misfit}, false)` : ''
      when(fault.predicate + present, `${fault.id.slice(0, fault.id.lastIndexOf('.'))} ${fault.says}`)
    }
  }
  for (const expectation of table.expectations) {
    const fault = expectationFault(table, expectation, source)
    if (fault !== undefined) when(fault.predicate, fault.says)
  }
  const unique = table.columns.filter(column => column.unique && !(key.length === 1 && key[0] === column.name))
  const keys = [...(key.length === 0 ? [] : [key]), ...unique.map(column => [column.name]), ...noDuplicates(table)]
  const cases = [...said].map(([says, predicates]) => `case when ${anyOf(predicates)} then ${says} end`)
  const reason = cases.length === 0 ? 'cast(null as varchar)' : `nullif(concat_ws('; ', ${cases.join(', ')}), '')`
  return { reason, keys }
}

/** True where one of them is. */
const anyOf = (predicates: readonly string[]): string =>
  predicates.length === 1 ? predicates[0]! : predicates.map(predicate => `(${predicate})`).join(' or ')

function expectationFault(table: ContractTable, { rule, column }: Expectation, source: RowSource) {
  if (rule.kind === 'reference') {
    const present = rule.columns.map(name => `${quoteName(name)} is not null`)
    // The table that is referred to may have a column `row`, or whatever else: only its keys are seen, by names of ours.
    const keys = rule.columns.map((name, i) => `${quoteName(rule.toColumns[i] ?? name)} as k${i}`)
    const there = `(select ${keys.join(', ')} from ${source.table(rule.table)}) as there`
    const equal = rule.columns.map((name, i) => `there.k${i} = "row".${quoteName(name)}`)
    const found = `exists (select 1 from ${there} where ${equal.join(' and ')})`
    return {
      predicate: `${present.join(' and ')} and not ${found}`,
      says: `${rule.columns.join(', ')} is not in ${rule.table}`,
    }
  }
  if (rule.kind !== 'library' || column === undefined) return undefined
  const says = { nullValues: 'is null', missingValues: 'is missing', invalidValues: 'is not valid' } as const
  if (rule.metric === 'rowCount' || rule.metric === 'duplicateValues') return undefined
  if (rule.metric !== 'invalidValues' && !toleratesNone(rule)) return undefined
  return { predicate: metricFault(table, column, rule), says: `${column} ${says[rule.metric]}` }
}

const noDuplicates = (table: ContractTable): readonly (readonly string[])[] =>
  table.expectations.flatMap(({ rule, column }) => {
    if (rule.kind !== 'library' || rule.metric !== 'duplicateValues' || !toleratesNone(rule)) return []
    return [rule.arguments.properties ?? [column ?? '']]
  })

const toleratesNone = ({ comparison }: { readonly comparison: { readonly op: string; readonly value?: string } }) =>
  ((comparison.op === '=' || comparison.op === '<=') && Number(comparison.value) === 0) ||
  (comparison.op === '<' && Number(comparison.value) <= 1)
