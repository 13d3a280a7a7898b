import { quoteName } from '../base/index.ts'
import type { Check } from './checks-of.ts'
import { comparisonSql } from './comparison.ts'
import { verdictOf, type CheckVerdict } from './verdict.ts'

/** Where the data is found, each as SQL that may stand after FROM. */
export interface CheckRelations {
  /** The table as it would be. */
  readonly object: string
  /** The rows of this run. */
  readonly batch: string
  /** `domain.table` of a reference → relation. */
  readonly table: (name: string) => string
}

/** What the writer of the batch counted anyway, so that nobody reads it again. */
export interface BatchFacts {
  readonly rows: bigint
  /** Top-level column → nulls in the batch. */
  readonly nulls: ReadonlyMap<string, bigint>
  /** The batch is the whole table. */
  readonly whole: boolean
}

/** One SELECT that gives one row: `rows`, and for check i `m<i>` (measured), `p<i>` (passed), `f<i>` (rows that break it). */
export interface CheckStatement {
  readonly sql: string
  readonly checks: readonly Check[]
  /** Set where the text comes from a contract: it has to be walked before it may run. */
  readonly query?: string
  /** Duplicates are looked for by hash: what is not certain is counted again exactly by these, one for each check. */
  readonly exact?: ReadonlyMap<string, CheckStatement>
}

export interface CheckPlan {
  /** Known from the facts alone. */
  readonly settled: readonly CheckVerdict[]
  readonly statements: readonly CheckStatement[]
}

/**
 * As few scans as possible: what the facts answer needs none, all row-level checks, counts and the first look for
 * duplicates over one relation are one SELECT, references and SQL rules are one each.
 */
export function planChecks(checks: readonly Check[], relations: CheckRelations, facts?: BatchFacts): CheckPlan {
  const settled: CheckVerdict[] = []
  const statements: CheckStatement[] = []
  const fused = new Map<string, FusedCheck[]>()
  for (const check of checks) {
    const verdict = settle(check, facts)
    if (verdict !== undefined) {
      settled.push(verdict)
      continue
    }
    const relation = check.scope === 'batch' || facts?.whole === true ? relations.batch : relations.object
    if (check.kind === 'reference') statements.push(referenceStatement(check, relation, relations.table(check.to)))
    else if (check.kind === 'sql') statements.push(sqlStatement(check, relations))
    else if (check.kind !== 'types') fused.set(relation, [...(fused.get(relation) ?? []), check])
  }
  const scans = [...fused].map(([relation, members]) => fusedStatement(members, relation))
  return { settled, statements: [...scans, ...statements] }
}

type FusedCheck = Check & { readonly kind: 'rows' | 'count' | 'duplicates' }

/** Types hold by construction: the batch was written with the contract's. A footer's count of no nulls is enough. */
function settle(check: Check, facts: BatchFacts | undefined): CheckVerdict | undefined {
  if (check.kind === 'types') return verdictOf(check, { measured: '0', passed: true, failed: 0n })
  if (facts === undefined || check.kind !== 'rows' || check.column === undefined) return undefined
  const nulls = check.scope === 'batch' || facts.whole ? facts.nulls.get(check.column) : undefined
  const { op } = check.comparison
  if (nulls !== 0n || op !== '=' || check.comparison.value !== '0') return undefined
  return verdictOf(check, { measured: '0', passed: true, failed: 0n })
}

function fusedStatement(checks: readonly FusedCheck[], relation: string): CheckStatement {
  const inner = checks.map((check, i) => `${fusedMeasure(check)} as f${i}`)
  const outer = checks.flatMap((check, i) => {
    const percent = check.kind !== 'count' && check.unit === 'percent'
    const measured = percent ? `coalesce(100.0 * f${i} / nullif("rows", 0), 0.0)` : `f${i}`
    return [`${measured} as m${i}`, `${comparisonSql(measured, check.comparison)} as p${i}`, `f${i}`]
  })
  const sql = `select "rows", ${outer.join(', ')} from (select count(*) as "rows", ${inner.join(', ')} from ${relation}) as counted`
  const exact = checks.filter(c => c.kind === 'duplicates').map(c => [c.id, duplicatesStatement(c, relation)] as const)
  return { sql, checks, ...(exact.length === 0 ? {} : { exact: new Map(exact) }) }
}

function fusedMeasure(check: FusedCheck): string {
  switch (check.kind) {
    case 'rows':
      // count_if gives null where there is no row at all.
      return `count(*) filter (where ${check.predicate})`
    case 'count':
      return 'count(*)'
    case 'duplicates': {
      // Different hashes prove different values, and a hash is small whatever the columns are: 0 is certain, more is not.
      const present = check.columns.map(name => `${columnSql(name)} is not null`).join(' and ')
      const values = check.columns.map(columnSql).join(', ')
      return `(count(*) filter (where ${present}) - count(distinct hash(${values})) filter (where ${present}))`
    }
  }
}

/** Groups for `rows`, surplus rows for `percent`; the surplus is what breaks it in both. */
function duplicatesStatement(check: Check & { kind: 'duplicates' }, relation: string): CheckStatement {
  const present = check.columns.map(name => `${columnSql(name)} is not null`).join(' and ')
  const values = check.columns.map(columnSql).join(', ')
  const groups = `select count(*) as n from ${relation} where ${present} group by ${values} having count(*) > 1`
  const total = `(select count(*) from ${relation})`
  const measured = check.unit === 'rows' ? '"groups"' : 'coalesce(100.0 * f0 / nullif("rows", 0), 0.0)'
  const sql =
    `select "rows", ${measured} as m0, ${comparisonSql(measured, check.comparison)} as p0, f0 from ` +
    `(select ${total} as "rows", count(*) as "groups", coalesce(sum(n - 1), 0)::bigint as f0 from (${groups}) as repeated) as counted`
  return { sql, checks: [check] }
}

function referenceStatement(check: Check & { kind: 'reference' }, relation: string, target: string): CheckStatement {
  const present = check.columns.map(name => `here.${columnSql(name)} is not null`).join(' and ')
  const keys = check.columns.map((name, i) => `${columnSql(check.toColumns[i] ?? name)} as k${i}`)
  const equal = check.columns.map((name, i) => `there.k${i} = here.${columnSql(name)}`)
  const there = `(select ${keys.join(', ')} from ${target}) as there`
  const orphans = `select count(*) as f0 from ${relation} as here where ${present} and not exists (select 1 from ${there} where ${equal.join(' and ')})`
  return {
    sql: `select f0 as m0, ${comparisonSql('f0', check.comparison)} as p0, f0 from (${orphans}) as counted`,
    checks: [check],
  }
}

/** The contract's text stays a scalar subquery: more than one column or row is an error of the check. */
function sqlStatement(check: Check & { kind: 'sql' }, relations: CheckRelations): CheckStatement {
  const query = check.query.replaceAll('{object}', () => relations.object).replaceAll('{batch}', () => relations.batch)
  const sql = `select m0, ${comparisonSql('m0', check.comparison)} as p0 from (select (${query}\n) as m0) as counted`
  return { sql, checks: [check], query }
}

const columnSql = (path: string): string => path.split('.').map(quoteName).join('.')
