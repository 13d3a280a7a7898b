import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { totalAggregateNames, totalNames } from '../../src/query/bind/total-functions.ts'
import { columnOf, columns, edges, openRefuter, type Refuter } from './refuter.ts'

/** `MESHWRIGHT_FUZZ=full` tries every pair of types with every function, which takes minutes. */
const isFull = process.env['MESHWRIGHT_FUZZ'] === 'full'

let refuter: Refuter
const covered = { bound: 0, total: 0 }
beforeAll(async () => {
  refuter = await openRefuter()
}, 60_000)
afterAll(() => {
  refuter.close()
  const rows = Math.max(...Object.values(edges).map(values => values.length)) + 1
  console.log(
    `Tried to refute ${covered.total} expressions that are taken for total, of ${covered.bound} that bind, ` +
      `over ${columns.length} types, each on up to ${rows ** 2} rows of edges.`,
  )
})

async function refuted(expressions: readonly string[]): Promise<readonly string[]> {
  const { bound, total, failures } = await refuter.refuted([...new Set(expressions)])
  // What tries nothing refutes nothing.
  expect(total).toBeGreaterThan(0)
  covered.bound += bound
  covered.total += total
  return failures
}

const units = [
  'us', 'ms', 'ns', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'isoyear', 'decade', 'century',
  'millennium', 'isoweek', 'epoch', 'era', 'julian', 'dow', 'isodow', 'doy', 'yearweek', 'timezone', 'timezone_hour', 'y', 'd',
  'microseconds', 'milliseconds', 'nanoseconds', 'h', 'm', 's', 'yr', 'mon', 'weekday', 'weekofyear', 'YEAR', 'no unit', '',
] // prettier-ignore

const texts = [
  "''", "'a'", "'%'", "'a%_'", "'\\'", "'%\\'", "'[a-z]+'", "'('", "'(a)(b)?'", "'.*'", "'x*'", "'g'", "'i'", "'z'", "'\\0\\1\\9'",
  "'%Y'", "'DESC'", "'NULLS LAST'", "'k'", "'$.a'", "'Ö'", 'NULL',
] // prettier-ignore

const numbers = [
  '0', '1', '-1', '2147483647', '9223372036854775807', "'-9223372036854775808'::BIGINT", '1.5', '0.5', '-0.5', '1e300', "'nan'::DOUBLE",
  '[0.25, 0.5]', '[-1.5]', '[]', 'true', "DATE '2026-01-01'", "INTERVAL '1' MONTH",
] // prettier-ignore

const isUnitTaking = /^date|^time_bucket/

const literalsOf = (name: string): readonly string[] => [
  ...(isUnitTaking.test(name) ? units.map(unit => `'${unit}'`) : []),
  ...texts,
  ...numbers,
]

const fewLiterals = ["''", "'a'", '1', '-1', '[0.25, 0.5]', "DATE '2026-01-01'", 'NULL']

const call = (name: string, args: readonly string[]): string =>
  /^\w+$/.test(name) || args.length > 2
    ? `"${name}"(${args.join(', ')})`
    : args.length === 1
      ? `(${name} ${args[0]!})`
      : `(${args[0]!} ${name} ${args[1]!})`

interface Signature {
  readonly parameters: readonly string[]
  readonly varargs: boolean
}

/** Signatures that the engine gives for a name. */
async function signaturesOf(name: string): Promise<readonly Signature[]> {
  const rows = await (
    await refuter.connection.run(
      `select distinct to_json(parameter_types)::varchar, coalesce(varargs, '') from duckdb_functions()
       where function_name = '${name}' and function_type in ('scalar', 'aggregate')`,
    )
  ).getRows()
  return rows.map(([parameters, varargs]) => {
    const named = JSON.parse(String(parameters)) as (string | null)[]
    const more = String(varargs)
    return {
      parameters: [...named.map(type => type ?? 'ANY'), ...(more === '' ? [] : [more, more])],
      varargs: more !== '',
    }
  })
}

/** Columns whose type is one that a parameter takes as it is: casts are tried by themselves. */
function candidates(parameter: string): readonly string[] {
  const wanted = parameter.toUpperCase()
  if (wanted === 'TIMESTAMP WITH TIME ZONE') return [columnOf('TIMESTAMPTZ')]
  if (wanted === 'TIME WITH TIME ZONE') return [columnOf('TIMETZ')]
  const isAny = /^(ANY|T|K|V|LAMBDA|TEMPLATE|\?)$/.test(wanted)
  return columns
    .filter(({ type }) => {
      if (isAny || type === wanted) return true
      if (wanted.endsWith('[]')) return type.endsWith('[]') || type.endsWith(']')
      if (type === 'JSON') return wanted === 'VARCHAR'
      return type.replace(/\(.*$/, '') === wanted.replace(/\(.*$/, '')
    })
    .map(({ name }) => name)
}

/** Whether a literal may stand for a parameter without a cast: those are tried by themselves. */
function isFitting(literal: string, parameter: string): boolean {
  if (literal === 'NULL' || candidates(parameter).length === columns.length) return true
  if (parameter.endsWith('[]')) return literal.startsWith('[')
  if (parameter === 'VARCHAR') return literal.startsWith("'") && !literal.includes('::')
  if (/INT|DOUBLE|FLOAT|DECIMAL/.test(parameter)) return /^-?\d|::/.test(literal)
  return literal.startsWith(parameter)
}

/** The function that the engine takes a name for another name of, if that one is tried as well. */
async function aliasOf(name: string): Promise<string | undefined> {
  const rows = await (
    await refuter.connection.run(`select distinct alias_of from duckdb_functions() where function_name = '${name}'`)
  ).getRows()
  const [of] = rows.map(([other]) => other)
  const isTried = typeof of === 'string' && of !== name && [...totalNames(), ...totalAggregateNames()].includes(of)
  return rows.length === 1 && isTried ? of : undefined
}

/** Calls by every signature: columns of every fitting type and literals of every kind, at each place. */
async function callsOf(name: string): Promise<readonly string[]> {
  const signatures = await signaturesOf(name)
  const found = signatures.length === 0 ? [call(name, [])] : []
  const original = isFull ? undefined : await aliasOf(name)
  if (original !== undefined) {
    const calls = await callsOf(original)
    return calls.filter((_, i) => i % 5 === 0).map(each => each.replaceAll(`"${original}"(`, `"${name}"(`))
  }
  // An order and a value of any types, which have nothing to do with each other.
  if (signatures.length > 50 && !isFull) return mixed(2, []).map(args => call(name, args))
  for (const { parameters, varargs } of isFull ? [...signatures, ...anything] : signatures) {
    const isGeneric = parameters.every(parameter => candidates(parameter).length === columns.length)
    const literals = isGeneric && !isFull ? fewLiterals : literalsOf(name)
    for (const arity of varargs ? (isGeneric || isFull ? [1, 2, 3] : [1, 2]) : [parameters.length]) {
      const places = parameters.slice(0, arity).map((parameter, i) => {
        const table = ['a', 'b', 'c'][i] ?? 'c'
        const ofColumns = candidates(parameter).map(column => `${table}.${column}`)
        return arity === 1 ? ofColumns : [...ofColumns, ...literals.filter(literal => isFitting(literal, parameter))]
      })
      const calls = isFull || !isGeneric || arity < 2 ? combined(places) : mixed(arity, literals)
      found.push(...calls.map(args => call(name, args)))
    }
  }
  return found
}

const anything: readonly Signature[] = [{ parameters: ['ANY', 'ANY', 'ANY'], varargs: true }]

/** What takes any types looks at each by itself, or brings them to one, which is tried of all pairs elsewhere. */
function mixed(arity: number, literals: readonly string[]): readonly (readonly string[])[] {
  const at = (i: number) => columns[i % columns.length]!.name
  const pair = columns.flatMap((x, i) => [
    ...[0, 1, 17].map(step => [`a.${x.name}`, `b.${at(i + step)}`]),
    ...literals.flatMap(literal => [
      [`a.${x.name}`, literal],
      [literal, `a.${x.name}`],
    ]),
  ])
  return arity === 2 ? pair : columns.map(({ name }) => [`a.${name}`, `b.${name}`, `c.${name}`])
}

/** All combinations, or, where those would be too many, some in which all pairs meet. */
function combined(places: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const [first = [], second, third, ...rest] = places
  if (second === undefined) return places.length === 0 ? [[]] : first.map(x => [x])
  if (third === undefined) return first.flatMap(x => second.map(y => [x, y]))
  const more = rest.map(each => each[0] ?? 'NULL')
  const at = (list: readonly string[], i: number): string => list[i % list.length] ?? 'NULL'
  if (first.length * second.length * third.length <= 1_500)
    return first.flatMap(x => second.flatMap(y => third.map(z => [x, y, z, ...more])))
  return [
    ...first.flatMap((x, i) => second.map((y, j) => [x, y, at(third, i + j), ...more])),
    ...first.flatMap((x, i) => third.map((z, j) => [x, at(second, i + j), z, ...more])),
    ...second.flatMap((y, i) => third.map((z, j) => [at(first, i + j), y, z, ...more])),
  ]
}

describe('a function that is taken for total', () => {
  it.each(totalNames())('%s throws for no value at the edges of any type', async name => {
    const calls = await callsOf(name)
    expect(await refuted(calls)).toEqual([])
  })
})

describe('an aggregate that is taken for total', () => {
  it.each(totalAggregateNames())('%s throws for no rows at the edges of any type', async name => {
    const calls = name === 'count_star' ? ['count(*)'] : await callsOf(name)
    expect(await refuted(calls)).toEqual([])
  })
})

/** Columns of types that the engine brings to one, of each two: there is nothing to compare of all others. */
async function alikePairs(): Promise<readonly (readonly [string, string])[]> {
  const all = columns.flatMap(x => columns.map(y => [`a.${x.name}`, `b.${y.name}`] as const))
  const found: (readonly [string, string])[] = []
  for (const [x, y] of all) if (await refuter.binds(`coalesce(${x}, ${y})`)) found.push([x, y])
  return found
}
let alike: ReturnType<typeof alikePairs> | undefined
const pairs = async (make: (x: string, y: string) => readonly string[]): Promise<readonly string[]> =>
  (await (alike ??= alikePairs())).flatMap(([x, y]) => make(x, y))

describe('a constant', () => {
  const harmless = [
    "DATE '2020-02-29'", "TIMESTAMP '9999-12-31 23:59:59.999999'", "TIMESTAMP '2020-01-01T00:00:00Z'", "TIMESTAMPTZ '2020-01-01 00:00:00+02'",
    "INTERVAL '3 days 2 hours'", "INTERVAL 1 YEAR", 'to_days(7)', "DATE '2020-01-01' - INTERVAL 90 DAY", "DATE '2020-01-01' + 7", '2 * 3 + 1',
    "'5'::INTEGER", "'1.25'::DECIMAL(5,2)", "'true'::BOOLEAN", "'00000000-0000-0000-0000-000000000000'::UUID", "TIME '23:59'", "'x'::BLOB",
    "3::DECIMAL(5,2)", "9999::DOUBLE", "INTERVAL '1 day 1 day'", "INTERVAL 1 MONTH * 3",
  ] // prettier-ignore
  const harmful = [
    "'abc'::INTEGER", "'2147483648'::INTEGER", "DATE '2021-02-29'", "DATE '2999999999-01-01'", "DATE '5000000-01-01'", 'to_years(2147483647)',
    "TIMESTAMP '2020-01-01 25:00:00'", "DATE '2020-01-01' + to_years(2000000)", "INTERVAL 1 YEAR * 2000000", '2147483647 + 1', '99999 * 99999',
    '100::TINYINT + 100::TINYINT', '1000::DECIMAL(4,2)', "'x'::UUID", "INTERVAL 'soon'", "'\\xZ'::BLOB", "'99999'::DECIMAL(5,1)", '300::TINYINT',
    '9223372036854775807 + 1', "DATE '2020-01-01'::TIMESTAMP + to_days(2147483647)", "'2'::BOOLEAN",
  ] // prettier-ignore
  const branch = (constant: string): string => `case when a.c0 then ${constant} end`

  it('of a usual form is total, and throws on no row', async () => {
    const found = await refuter.refuted(harmless.map(branch))
    expect(found).toEqual({ bound: harmless.length, total: harmless.length, failures: [] })
  })

  it('that may fail is not', async () => {
    expect(await refuter.refuted(harmful.map(branch))).toMatchObject({ total: 0 })
  })
})

const times = (n: number, part = ''): string => Array(n).fill(part).join(', ')

describe('what is not total', () => {
  const c = (type: string): string => `a.${columnOf(type)}`
  const [bigint, integer, text, date, decimal, timestamp] = [
    'BIGINT',
    'INTEGER',
    'VARCHAR',
    'DATE',
    'DECIMAL(18,3)',
    'TIMESTAMP',
  ].map(c)
  it.each([
    `${bigint} + 1`, `-${bigint}`, `abs(${bigint})`, `${bigint}::INTEGER`, `${bigint} % 3`, `${integer} // 2`, `${integer} * 1.5::DECIMAL(38,1)`,
    `${text}::INTEGER`, `${text}::DATE`, `chr(ascii(${text}))`, `repeat(${text}, 5)`, `lpad(${text}, 3, 'x')`, `${text} like ${text} escape ${text}`,
    `regexp_replace(${text}, '(', 'x')`, `regexp_matches(${text}, ${text})`, `left(${text}, ${bigint})`,
    `${date} + 1`, `${date} - 1`, `${date} + INTERVAL 1 DAY`, `date_trunc('month', ${date})`, `last_day(${date})`, `epoch_ns(${date})`,
    `${date}::TIMESTAMP`, `${date}::TIMESTAMPTZ`, `${date} < ${timestamp}`, `${date} in (TIMESTAMP '2020-01-01')`, `coalesce(${date}, ${timestamp})`,
    `${timestamp} between ${date} and ${date}`, `${timestamp}::TIMESTAMPTZ`, `${timestamp}::TIMESTAMP_NS`, `${timestamp} - ${timestamp}`,
    ...['us', 'ms', 'ns', 'second', 'minute', 'hour'].map(unit => `date_diff('${unit}', ${date}, DATE '2000-01-01')`),
    `date_diff('us', case when ${text} like 'CANARY%' then date '5000000-01-01' else date '2000-01-01' end, date '2000-01-01')`,
    `date_diff('day', ${timestamp}, ${timestamp})`, `date_part('week', ${date})`, `date_part(${text}, ${date})`,
    `try_cast(${date} as TIMESTAMPTZ)`, `try_cast(${timestamp} as TIMESTAMP_NS)`, `try_cast(${timestamp} as TIME)`, `try_cast(${c('BLOB')} as BIT)`,
    `${decimal} * ${decimal}`, `sum(${c('HUGEINT')})`, `sum(${c('DECIMAL(38,10)')})`, `avg(${c('INTERVAL')})`, `mad(${date})`, `median(${date})`,
    `max(${integer}, ${integer})`, `arg_max(${integer}, ${integer}, ${integer})`, `bit_and(${c('BIT')})`, `histogram(${integer}, [1, 2])`,
    `case when ${c('BOOLEAN')} then ${c('INTEGER[2]')} end`, `coalesce(${c('INTEGER[2]')}, [1, 2]::INTEGER[2])`,
    `length(concat(${times(10, `concat(${times(10, text)})`)}))`,
    `length(concat(${text}, ${times(9, `'${'x'.repeat(9000)}'`)}))`, `length(replace(${text}, 'a', '${'x'.repeat(5000)}'))`,
    `length(replace(replace(${text}, 'a', '${'x'.repeat(99)}'), 'x', '${'y'.repeat(99)}'))`,
  ])('%s', async expression => {
    expect(await refuter.refuted([expression])).toEqual({ bound: 1, total: 0, failures: [] })
  }) // prettier-ignore
})

describe('what the binder makes by itself', () => {
  it('is casts that throw for no value', async () => {
    expect(await refuted(columns.flatMap(x => columns.map(y => `CAST(a.${x.name} AS ${y.type})`)))).toEqual([])
  })

  it('is casts that are tried, which never throw', async () => {
    expect(await refuted(columns.flatMap(x => columns.map(y => `TRY_CAST(a.${x.name} AS ${y.type})`)))).toEqual([])
  })

  it('is comparisons across types', async () => {
    expect(
      await refuted(
        await pairs((x, y) => [`${x} = ${y}`, `${x} < ${y}`, `${x} is distinct from ${y}`, `${x} in (${y}, NULL)`]),
      ),
    ).toEqual([])
    expect(
      await refuted(
        columns.flatMap(x =>
          literalsOf('').flatMap(k => [`a.${x.name} >= ${k}`, `a.${x.name} between ${k} and a.${x.name}`]),
        ),
      ),
    ).toEqual([])
  })

  it('is one type for several', async () => {
    expect(
      await refuted(
        await pairs((x, y) => [
          `coalesce(${x}, ${y})`,
          `case when a.c0 then ${x} else ${y} end`,
          `[${x}, ${y}]`,
          `nullif(${x}, ${y})`,
        ]),
      ),
    ).toEqual([])
  })

  it('is collations', async () => {
    const x = `a.${columnOf('VARCHAR')}`
    const collations = ['nocase', 'noaccent', 'nfc', 'nocase.noaccent', 'binary', 'de']
    expect(
      await refuted(collations.flatMap(c => [`(${x} collate ${c}) = b.${columnOf('VARCHAR')}`, `(${x} collate ${c})`])),
    ).toEqual([])
  })
})
