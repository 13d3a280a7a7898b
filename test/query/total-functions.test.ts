import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { analysePlan } from '../../src/query/bind/analyse-plan.ts'
import { totalNames } from '../../src/query/bind/total-functions.ts'
import { parseTree } from '../../src/query/index.ts'
import { quoteText } from '../../src/base/index.ts'
import { connect } from './in-process-engine.ts'

/** Values at the edges of each type: what makes functions throw. */
const edges: Readonly<Record<string, readonly string[]>> = {
  BOOLEAN: ['true', 'false'],
  TINYINT: ['-128', '127', '0'],
  INTEGER: ['-2147483648', '2147483647', '0', '-1'],
  BIGINT: ['-9223372036854775808', '9223372036854775807', '0', '-1'],
  HUGEINT: ['-170141183460469231731687303715884105728', '170141183460469231731687303715884105727'],
  UBIGINT: ['0', '18446744073709551615'],
  'DECIMAL(4,1)': ['-999.9', '999.9', '0'],
  'DECIMAL(18,3)': ["'-999999999999999.999'", "'999999999999999.999'"],
  'DECIMAL(38,10)': ["'9999999999999999999999999999.9999999999'", "'-9999999999999999999999999999.9999999999'"],
  FLOAT: ["'nan'", "'inf'", "'-inf'", '3.4e38', '0'],
  DOUBLE: ["'nan'", "'inf'", "'-inf'", '1.7976931348623157e308', '-1.7976931348623157e308', '0', '-0.0'],
  VARCHAR: ["''", "'a'", "'Ö😀e\u0301'", "'\\x00%_['", "'[*+?(\\'", "'2999-12-31'", "repeat('x', 300)", 'chr(0)'],
  DATE: ["'infinity'", "'-infinity'", "'5881580-07-10'", "'5877642-06-25 (BC)'", "'2026-02-28'"],
  TIME: ["'00:00:00'", "'23:59:59.999999'"],
  TIMESTAMP: ["'infinity'", "'-infinity'", "'290309-12-22 (BC) 00:00:00'", "'294247-01-10 04:00:54.775806'"],
  'TIMESTAMP WITH TIME ZONE': [
    "'infinity'",
    "'-infinity'",
    "'290309-12-22 (BC) 00:00:00+00'",
    "'294247-01-10 04:00:54.775806+00'",
  ],
  INTERVAL: ["'0 days'", 'to_months(2147483647)', 'to_days(-2147483648)'],
  UUID: ["'00000000-0000-0000-0000-000000000000'"],
  BLOB: ["''", "'\\xFF\\x00'"],
  'VARCHAR[]': ['[]', "['a', NULL]", '[NULL]'],
  'INTEGER[]': ['[]', '[2147483647, -2147483648, NULL]'],
  'STRUCT(a INTEGER, b VARCHAR)': ["{'a': 1, 'b': 'x'}", "{'a': NULL, 'b': NULL}"],
  'MAP(VARCHAR, INTEGER)': ['MAP {}', "MAP {'a': 1}"],
  JSON: ["'{}'", "'[1]'", "'null'", '\'"x"\''],
}

/** `MESHWRIGHT_FUZZ=full` tries all pairs of types and all constants, which takes minutes. */
const isFull = process.env['MESHWRIGHT_FUZZ'] === 'full'

/** What may stand where a constant is needed. */
const few = ["'a'", '1', '-9223372036854775808', "'year'", 'NULL']
const constants = isFull ? [...few, "''", '0', '1.5', "'%Y'", "'[a-z]+'", "DATE '2026-01-01'"] : few

/** A constant that is no value of the other side's type fails on every row alike. */
const isAboutConstant = (message: string): boolean =>
  /["'](|a|year|%Y|\[a-z\]\+)["']/.test(message) || message.startsWith('Conversion Error: Unimplemented type for cast')

let connection: DuckDBConnection
const columns = Object.keys(edges).map((type, i) => ({ type, name: `c${i}` }))
beforeAll(async () => {
  connection = await connect({ threads: '1' })
  await connection.run(`set TimeZone='UTC'`)
  for (const { type, name } of columns) {
    const values = [...edges[type]!, 'NULL'].map(value => `(CAST(${value} AS ${type}))`)
    await connection.run(`create table ${name} as from (values ${values.join(', ')}) v(${name})`)
  }
  await connection.run(`create table pairs as select 1 as one`)
}, 60_000)
afterAll(() => connection.closeSync())

/** Whether the analysis takes an expression over columns for one that cannot throw; undefined where it does not bind. */
async function takenForTotal(sql: string): Promise<boolean | undefined> {
  const rows = await (await connection.run(`select json_serialize_plan(${quoteText(sql)})::varchar`)).getRows()
  const tree = parseTree(String(rows[0]?.[0]))
  if ((tree as { readonly error: boolean }).error) return undefined
  return analysePlan(tree).partial.length === 0
}

async function failureOf(sql: string): Promise<string | undefined> {
  try {
    await (await connection.run(sql)).getRows()
    return undefined
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown)
  }
}

const call = (name: string, args: readonly string[]): string =>
  /^\w+$/.test(name)
    ? `${name}(${args.join(', ')})`
    : args.length === 1
      ? `${name} (${args[0]})`
      : `(${args[0]}) ${name} (${args[1]})`

/** Statements that are taken for total and throw: there must be none. A fuzz can only refute the list. */
async function refuted(name: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const a of columns) {
    const tries: { readonly expression: string; readonly from: string }[] = [
      { expression: call(name, [a.name]), from: a.name },
    ]
    const others = columns.filter(b => isFull || b === a || (b.type === 'INTEGER' && a.type !== 'INTEGER'))
    for (const b of others) tries.push({ expression: call(name, [a.name, b.name]), from: `${a.name}, ${b.name}` })
    for (const constant of constants) {
      tries.push({ expression: call(name, [a.name, constant]), from: a.name })
      if (!isFull || !/^\w+$/.test(name)) continue
      tries.push({ expression: call(name, [constant, a.name]), from: a.name })
      for (const other of few) tries.push({ expression: call(name, [a.name, constant, other]), from: a.name })
    }
    for (const { expression, from } of tries) {
      const sql = `select ${expression} from ${from}`
      if ((await takenForTotal(sql)) !== true) continue
      const failure = await failureOf(sql)
      if (failure !== undefined && !isAboutConstant(failure)) found.push(`${sql}: ${failure}`)
    }
  }
  return found
}

describe('what is taken for total', () => {
  it.each(totalNames())('%s throws for no value at the edges of any type', async name => {
    expect(await refuted(name)).toEqual([])
  })

  it('are casts that throw for no value', async () => {
    const found: string[] = []
    for (const { name } of columns) {
      for (const { type } of columns) {
        const sql = `select CAST(${name} AS ${type}) from ${name}`
        if ((await takenForTotal(sql)) !== true) continue
        const failure = await failureOf(sql)
        if (failure !== undefined) found.push(`${sql}: ${failure}`)
      }
    }
    expect(found).toEqual([])
  })

  it('is not what overflows, divides, parses or has a range', async () => {
    const [bigint, text, date, decimal] = ['BIGINT', 'VARCHAR', 'DATE', 'DECIMAL(18,3)'].map(
      type => columns.find(column => column.type === type)!.name,
    )
    for (const expression of [`${bigint} + 1`, `-${bigint}`, `abs(${bigint})`, `${bigint}::INTEGER`, `${bigint} % 3`]) {
      expect(await takenForTotal(`select ${expression} from ${bigint!}`), expression).toBe(false)
    }
    for (const expression of [`${text}::INTEGER`, `${text}::DATE`, `chr(ascii(${text}))`, `repeat(${text}, 5)`]) {
      expect(await takenForTotal(`select ${expression} from ${text!}`), expression).toBe(false)
    }
    for (const expression of [
      `${date} + 1`,
      `date_trunc('month', ${date})`,
      `epoch_ns(${date})`,
      `${date}::TIMESTAMP`,
    ]) {
      expect(await takenForTotal(`select ${expression} from ${date!}`), expression).toBe(false)
    }
    expect(await takenForTotal(`select ${decimal!} * ${decimal!} from ${decimal!}`)).toBe(false)
  })
})
