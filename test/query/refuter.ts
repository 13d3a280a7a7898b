import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { quoteText } from '../../src/base/index.ts'
import { analysePlan } from '../../src/query/bind/analyse-plan.ts'
import { parseTree } from '../../src/query/index.ts'
import { isList, isNode, listOf, textOf, type Node } from '../../src/query/tree-access.ts'

/** Values at the edges of each type: what makes functions throw. Each type is a column of the tables `a`, `b` and `c`. */
export const edges: Readonly<Record<string, readonly string[]>> = {
  BOOLEAN: ['true', 'false'],
  TINYINT: ['-128', '127', '0', '-1'],
  SMALLINT: ['-32768', '32767', '0'],
  INTEGER: ['-2147483648', '2147483647', '0', '-1', '1'],
  BIGINT: ["'-9223372036854775808'", '9223372036854775807', '0', '-1', '55296', '1114112'],
  HUGEINT: ["'-170141183460469231731687303715884105728'", '170141183460469231731687303715884105727', '0', '-1'],
  UTINYINT: ['0', '255'],
  USMALLINT: ['0', '65535'],
  UINTEGER: ['0', '4294967295'],
  UBIGINT: ['0', '18446744073709551615', '1'],
  UHUGEINT: ['0', "'340282366920938463463374607431768211455'"],
  BIGNUM: ["'0'", `'-${'9'.repeat(400)}'`, `'${'9'.repeat(400)}'`],
  'DECIMAL(4,1)': ['-999.9', '999.9', '0', '0.1'],
  'DECIMAL(9,0)': ['-999999999', '999999999'],
  'DECIMAL(18,3)': ["'-999999999999999.999'", "'999999999999999.999'", '0'],
  'DECIMAL(38,10)': ["'9999999999999999999999999999.9999999999'", "'-9999999999999999999999999999.9999999999'", '0'],
  'DECIMAL(38,38)': [`'0.${'9'.repeat(38)}'`, `'-0.${'9'.repeat(38)}'`],
  FLOAT: ["'nan'", "'inf'", "'-inf'", "'3.4028234e38'", "'-3.4028234e38'", "'1e-45'", '0'],
  DOUBLE: ["'nan'", "'inf'", "'-inf'", "'1.7976931348623157e308'", "'-1.7976931348623157e308'", '0', "'-0.0'", "'5e-324'"],
  VARCHAR: [
    "''", "'a'", "'Ö😀e\u0301'", "'\\x00%_['", "'[*+?(\\'", "'\\'", "'2999-12-31'", "'1e999'", "repeat('x', 300)", 'chr(0)',
    "'a' || chr(0) || 'b'", "'{\"a\": [1, null]}'", "'infinity'", "'-1'", "'İßŉ'", "chr(65533) || chr(1114111)", "'year'",
    "'294247-01-10 04:00:54.775807'", "'290309-12-22 (BC) 00:00:00'", "'5881580-07-11'", "'2024-02-30'", "'9223372036854775808'", "'1e400'", "'infinity years'",
    "'9223372036854775807 years'", "'24:00:01'", "'0x7fffffffffffffffff'", "'1_000'", "' 1 '", "'-170141183460469231731687303715884105729'", "'2020-01-01 00:00:00+99:99'", "'NaN'", "'{'",
  ], // prettier-ignore
  DATE: ["'infinity'", "'-infinity'", "'5881580-07-10'", "'5877642-06-25 (BC)'", "'2026-02-28'", "'294247-01-11'", "'290309-12-21 (BC)'", "'0001-01-01'", "'0001-01-01 (BC)'", "'2024-02-29'"],
  TIME: ["'00:00:00'", "'23:59:59.999999'", "'24:00:00'"],
  TIME_NS: ["'00:00:00'", "'23:59:59.999999999'"],
  TIMETZ: ["'00:00:00+15:59:59'", "'23:59:59.999999-15:59:59'", "'12:00:00+00'"],
  TIMESTAMP: ["'infinity'", "'-infinity'", "'290309-12-22 (BC) 00:00:00'", "'294247-01-10 04:00:54.775806'", "'1969-12-31 23:59:59.999999'", "'0001-01-01 (BC)'"],
  TIMESTAMP_S: ["'infinity'", "'-infinity'", "'290309-12-22 (BC) 00:00:00'", "'294247-01-10 04:00:54'"],
  TIMESTAMP_MS: ["'infinity'", "'-infinity'", "'290309-12-22 (BC) 00:00:00'", "'294247-01-10 04:00:54.775'"],
  TIMESTAMP_NS: ["'infinity'", "'-infinity'", "'1677-09-22 00:00:00'", "'2262-04-11 23:47:16.854775806'"],
  TIMESTAMPTZ: ["'infinity'", "'-infinity'", "'290309-12-22 (BC) 00:00:00+00'", "'294247-01-10 04:00:54.775806+00'", "'2024-02-29 12:00:00+00'"],
  INTERVAL: ["'0 days'", 'to_months(2147483647)', 'to_months(-2147483648)', 'to_days(-2147483648)', 'to_days(2147483647)', 'to_microseconds(9223372036854775807)', 'to_microseconds((-9223372036854775807) - 1)', 'to_months(2147483647) + to_days(2147483647) + to_microseconds(9223372036854775807)'],
  UUID: ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
  BLOB: ["''", "'\\xFF\\x00'", "'\\xC3'", "'abc'"],
  BIT: ["'0'", "'1'", `'${'10'.repeat(100)}'`],
  JSON: ["'{}'", "'[1]'", "'null'", '\'"x"\'', "'{\"a\": {\"b\": 1e999}}'", "'18446744073709551616'"],
  'VARCHAR[]': ['[]', "['a', NULL]", '[NULL]', "['b', 'a', 'a']"],
  'INTEGER[]': ['[]', '[2147483647, -2147483648, NULL]', '[0]'],
  'DOUBLE[]': ['[]', "['nan'::DOUBLE, 'inf'::DOUBLE, NULL]", '[0.5]', '[2]'],
  'INTEGER[][]': ['[]', '[[], NULL, [1, NULL]]'],
  'DATE[]': ["['infinity'::DATE, NULL]", "['5881580-07-10'::DATE]"],
  'INTEGER[2]': ['[1, NULL]', '[2147483647, -2147483648]'],
  'STRUCT(a INTEGER, b VARCHAR)': ["{'a': 1, 'b': 'x'}", "{'a': NULL, 'b': NULL}"],
  'STRUCT(k VARCHAR, d DATE)[]': ["[{'k': 'a', 'd': 'infinity'}, NULL]", '[]'],
  'MAP(VARCHAR, INTEGER)': ['MAP {}', "MAP {'a': 1}", "MAP {'a': NULL, '': 2}"],
  'MAP(INTEGER, DATE)': ["MAP {1: DATE '5881580-07-10'}", 'MAP {}'],
  'UNION(n INTEGER, t VARCHAR)': ['union_value(n := 1)', "union_value(t := 'x')"],
  VARIANT: ["42::VARIANT", "'x'::VARIANT", "[1, 2]::VARIANT"],
} // prettier-ignore

export interface Typed {
  readonly type: string
  readonly name: string
}

/** Types by the columns that hold their edges, null among them. */
export const columns: readonly Typed[] = Object.keys(edges).map((type, i) => ({ type, name: `c${i}` }))

export const columnOf = (type: string): string => columns.find(each => each.type === type)!.name

export interface Refuter {
  readonly connection: DuckDBConnection
  close(): void
  /** Whether an expression has a meaning at all. */
  binds(expression: string): Promise<boolean>
  /** How many of the expressions are taken for total, and those of them that throw all the same. */
  refuted(expressions: readonly string[]): Promise<Refutation>
}

export interface Refutation {
  /** That bind at all. */
  readonly bound: number
  /** That are taken for total, each of which was tried on every combination of edges. */
  readonly total: number
  readonly failures: readonly string[]
}

/** Tries expressions that the analysis takes for total on all combinations of edges. It can only refute, never prove. */
export async function openRefuter(): Promise<Refuter> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connections = [await instance.connect(), await instance.connect()]
  const connection = connections[0]!
  await connection.run(`set global TimeZone='UTC'; set disabled_optimizers='statistics_propagation,cte_filter_pusher'`)
  const rows = Math.max(...Object.values(edges).map(values => values.length)) + 1
  const casts = columns.map(({ type, name }) => {
    const values = [...edges[type]!, 'NULL'].map(value => `CAST(${value} AS ${type})`)
    return `list_extract([${values.join(', ')}], i % ${values.length} + 1) as ${name}`
  })
  for (const table of ['a', 'b', 'c'])
    await connection.run(`create table ${table} as select i, ${casts.join(', ')} from range(${rows}) r(i)`)
  const binds = async (expression: string): Promise<boolean> => {
    const prepared = await connection
      .prepare(`select ${expression} from ${sourceOf(expression)}`)
      .catch(() => undefined)
    prepared?.destroySync()
    return prepared !== undefined
  }
  return { connection, refuted, binds, close: () => connections.forEach(each => each.closeSync()) }

  async function refuted(expressions: readonly string[]): Promise<Refutation> {
    const halves = [...grouped(expressions, sourceOf)].flatMap(([from, part]) =>
      [0, 1].map(half => ({ from, half, part: part.filter((_, i) => i % 2 === half) })),
    )
    const parts = await Promise.all(halves.map(({ from, half, part }) => refutedFrom(part, from, connections[half]!)))
    return {
      bound: parts.reduce((sum, part) => sum + part.bound, 0),
      total: parts.reduce((sum, part) => sum + part.total, 0),
      failures: parts.flatMap(part => part.failures),
    }
  }

  /** Every pair of edges of two columns; of three, each pair meets in some row. */
  function sourceOf(expression: string): string {
    if (/\bc\.c\d/.test(expression)) return `a join b on true join c on c.i = (a.i + b.i) % ${rows}`
    return /\bb\.c\d/.test(expression) ? 'a, b' : 'a'
  }

  async function refutedFrom(
    expressions: readonly string[],
    from: string,
    connection: DuckDBConnection,
  ): Promise<Refutation> {
    const totals: string[] = []
    let bound = 0
    await narrowing(expressions, async part => {
      const found = await plan(part, from, connection)
      if (found === undefined) return false
      bound += part.length
      totals.push(...part.filter((_, i) => found[i]))
      return true
    })
    const failures: string[] = []
    await narrowing(totals, async part => {
      const failure = await failureOf(part, from, connection)
      if (failure !== undefined && part.length === 1) failures.push(`${part[0]!}: ${failure}`)
      return failure === undefined
    })
    return { bound, total: totals.length, failures }
  }

  /** For each expression whether it is taken for total; undefined where one of them does not bind. */
  async function plan(
    expressions: readonly string[],
    from: string,
    connection: DuckDBConnection,
  ): Promise<readonly boolean[] | undefined> {
    const sql = `select ${expressions.map((each, i) => `${each} as x${i}`).join(', ')} from ${from}`
    const rows = await (await connection.run(`select json_serialize_plan(${quoteText(sql)})::varchar`)).getRows()
    const text = String(rows[0]?.[0])
    // Of some calls the engine writes no plan at all.
    if (!text.startsWith('{')) return undefined
    const tree = parseTree(text)
    if (!isNode(tree) || tree['error'] === true) return undefined
    const plans = tree['plans']
    const [top] = isList(plans) ? plans : []
    if (!isNode(top)) return undefined
    const list = (aggregateIn(top) ?? top)['expressions']
    // Not one for each where the engine takes two for the same: then all of it counts for each.
    if (!isList(list) || list.length !== expressions.length) {
      return expressions.length > 1 ? undefined : [analysePlan(tree).partial.length === 0]
    }
    return list.map(each => analysePlan({ type: 'LOGICAL_PROJECTION', expressions: [each] }).partial.length === 0)
  }

  /** Without the values themselves: some have none that the test's own process can hold. */
  async function failureOf(
    expressions: readonly string[],
    from: string,
    connection: DuckDBConnection,
  ): Promise<string | undefined> {
    const inner = expressions.map((each, i) => `${each} as x${i}`).join(', ')
    const outer = expressions.map((_, i) => `bit_xor(hash(x${i}))`).join(', ')
    try {
      await (await connection.run(`select ${outer} from (select ${inner} from ${from})`)).getRows()
      return undefined
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown)
    }
  }
}

function grouped(all: readonly string[], keyOf: (each: string) => string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const each of all) {
    const group = groups.get(keyOf(each))
    if (group === undefined) groups.set(keyOf(each), [each])
    else group.push(each)
  }
  return groups
}

function aggregateIn(top: Node): Node | undefined {
  const [child] = listOf(top, 'children')
  return isNode(child) && textOf(child, 'type') === 'LOGICAL_AGGREGATE_AND_GROUP_BY' ? child : undefined
}

/** Tries many at once: more after a success, fewer after a failure, until the failing one is alone. */
async function narrowing(
  all: readonly string[],
  attempt: (part: readonly string[]) => Promise<boolean>,
): Promise<void> {
  let size = most
  for (let at = 0; at < all.length;) {
    const part = all.slice(at, at + size)
    const isFine = await attempt(part)
    if (isFine || part.length === 1) at += part.length
    size = isFine ? Math.min(2 * size, most) : Math.max(1, Math.floor(Math.min(size, part.length) / 4))
  }
}

const most = 64
