import { nearest } from '../base/index.ts'
import { foldAscii, newestMajor, type Column, type MeshState, type Policy, type Principal } from '../mesh/index.ts'
import type { Condition, Value } from './condition.ts'
import { entitlementsOf, valuesOf } from './condition-parts.ts'
import { columnAt } from './filter-fault.ts'
import { mayDiscover } from './may-discover.ts'
import type { ClosedUse } from './closed-to-authors.ts'
import { betrayal, mayLookUp } from './may-look-up.ts'
import { indexedTarget, policyIndex } from './policy-index.ts'
import type { PolicyProblem } from './policy-problem.ts'
import { printValue } from './print-condition.ts'
import type { Target } from './target.ts'
import { typeFamily } from './type-family.ts'

type Problem = Omit<PolicyProblem, 'path'>

/** Whose filter it is. Nothing that the publisher may not know of is named to them. */
export interface Author {
  readonly policy: Policy
  readonly publisher?: Principal
}

/** Binds a filter against a table: its columns must exist, and what it compares must be comparable on every engine. */
export function checkFilter(filter: Condition, target: Target, state: MeshState, author: Author): readonly Problem[] {
  const looked = entitlementsOf(filter).flatMap(entitlement => checkEntitlement(entitlement, target, state, author))
  if (looked.length > 0) return looked
  const governed = indexedTarget(policyIndex(state), state, target.version, target.columns)
  const found = betrayal(state, author.policy, filter, governed, new Date(state.at))
  if (found !== undefined && 'column' in found) return [betrays(found)]
  const missing = valuesOf(filter).flatMap(({ value, exists }) => {
    if (value.kind !== 'column' && value.kind !== 'row-column') return []
    const governed = exists === undefined || value.kind === 'row-column'
    const columns = governed ? target.columns : columnsOf(state, exists)
    const table = governed ? target.version.id : `${exists.schema}.${exists.table}`
    return columnAt(columns, value.path) === undefined ? [noColumn(table, value.path, columns)] : []
  })
  return missing.length > 0 ? missing : comparisonsOf(filter).flatMap(c => checkComparison(c, target, state))
}

function checkEntitlement(
  { schema, table }: Condition & { kind: 'exists' },
  target: Target,
  state: MeshState,
  { policy, publisher }: Author,
): readonly Problem[] {
  const id = foldAscii(`${schema}.${table}`)
  if (id === foldAscii(target.version.id))
    return [
      error(`The filter looks up ${target.version.id}, the very table that it governs.`, 'Look up another table.'),
    ]
  if (mayLookUp(state, policy, id)) return []
  const isKnown = (other: string) => publisher === undefined || mayDiscover(state, publisher, other)
  const meant = nearest(
    id,
    [...state.tables.keys()].filter(other => mayLookUp(state, policy, other) && isKnown(other)),
  )
  return [
    error(
      `There is no table ${schema}.${table} that this rule may look up.`,
      meant === undefined ? whatRulesLookUp(state, policy) : `Did you mean ${meant}?`,
    ),
  ]
}

const betrays = ({ column, rule }: ClosedUse): Problem =>
  error(
    `The filter reads ${column}, which the rule ${rule} masks: the rows that are left would tell its values to whoever writes filters.`,
    'Filter by another column, compare it with an attribute of the reader, or propose the rule to the federation.',
  )

function whatRulesLookUp(state: MeshState, { domain }: Policy): string {
  if (domain === undefined) return 'Publish the entitlement table first.'
  const team = state.domains.get(domain)?.team ?? domain
  return `Look up a table of ${domain}, or one that is open or granted whole to team:${team}.`
}

const columnsOf = (state: MeshState, { schema, table }: Condition & { kind: 'exists' }): readonly Column[] => {
  const found = state.tables.get(foldAscii(`${schema}.${table}`))
  return found === undefined ? [] : newestMajor(found).table.columns
}

function noColumn(table: string, path: readonly string[], columns: readonly Column[]): Problem {
  const meant = nearest(
    path[0]!,
    columns.map(column => column.name),
  )
  return error(
    `${table} has no column ${path.join('.')}.`,
    meant === undefined ? `It has ${columns.map(c => c.name).join(', ')}.` : `Did you mean ${meant}?`,
  )
}

/** Values that are compared with each other; `boolean` alone where a value stands as a condition. */
interface Comparison {
  readonly values: readonly Value[]
  readonly exists?: Condition & { kind: 'exists' }
  readonly alone?: true
}

function comparisonsOf(condition: Condition, exists?: Condition & { kind: 'exists' }): readonly Comparison[] {
  const within = exists === undefined ? {} : { exists }
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(part => comparisonsOf(part, exists))
    case 'not':
      return comparisonsOf(condition.part, exists)
    case 'compare':
      return [{ values: [condition.left, condition.right], ...within }]
    case 'between':
      return [{ values: [condition.value, condition.low, condition.high], ...within }]
    case 'in':
      return [{ values: [condition.value, ...condition.list], ...within }]
    case 'like':
      return [{ values: [condition.value, { kind: 'text', text: '' }], ...within }]
    case 'true':
      return [{ values: [condition.value], alone: true, ...within }]
    case 'exists':
      return comparisonsOf(condition.where, condition)
    default:
      return []
  }
}

type Kind = 'number' | 'text' | 'boolean' | 'time' | 'unknown'

function checkComparison({ values, exists, alone }: Comparison, target: Target, state: MeshState): readonly Problem[] {
  const kinds = values.map(value => kindOf(value, exists, target, state))
  const [first] = kinds
  if (alone === true)
    return first === 'boolean' || first === 'unknown'
      ? []
      : [error(`${printValue(values[0]!)} is ${first} and not true or false.`, 'Compare it with something.')]
  const known = new Set(kinds.filter(kind => kind !== 'unknown'))
  if (known.size < 2) return []
  const text = values.map(printValue).join(', ')
  const message = `${text} are compared, and they are ${[...known].join(' and ')}.`
  // Some engines read a written text as a date by themselves, others do not; a column of texts none does.
  const isWritten = values.every((value, i) => kinds[i] !== 'text' || value.kind === 'text')
  const onlyTimes = known.size === 2 && known.has('text') && known.has('time') && isWritten
  return [
    onlyTimes
      ? { ...error(message, "Write dates as DATE '2001-02-28'."), severity: 'warning' }
      : error(message, 'Compare values of one kind.'),
  ]
}

function kindOf(
  value: Value,
  exists: (Condition & { kind: 'exists' }) | undefined,
  target: Target,
  state: MeshState,
): Kind {
  switch (value.kind) {
    case 'text':
    case 'number':
    case 'boolean':
      return value.kind
    case 'date':
    case 'timestamp':
      return 'time'
    case 'arithmetic':
      return [value.left, value.right].some(v => kindOf(v, exists, target, state) === 'time') ? 'unknown' : 'number'
    case 'call':
      return callKinds[value.name] ?? 'unknown'
    case 'column':
    case 'row-column': {
      const columns = exists === undefined || value.kind === 'row-column' ? target.columns : columnsOf(state, exists)
      return columnKind(columnAt(columns, value.path))
    }
    case 'attribute':
    case 'null':
      return 'unknown'
  }
}

const callKinds: Readonly<Record<string, Kind>> = {
  lower: 'text',
  upper: 'text',
  trim: 'text',
  substring: 'text',
  concat: 'text',
  length: 'number',
  abs: 'number',
}

function columnKind(column: Column | undefined): Kind {
  switch (column === undefined ? 'other' : typeFamily(column.type)) {
    case 'text':
      return 'text'
    case 'integer':
    case 'decimal':
    case 'float':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return 'time'
    default:
      return 'unknown'
  }
}

const error = (message: string, fix: string): Problem => ({ message, fix, severity: 'error' })
