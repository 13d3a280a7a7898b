import { describe, expect, it } from 'vitest'
import { ask } from './answers.ts'
import { suiteEngine } from './suite-engine.ts'

/** An expression, then its value in JSON and in CSV. The type's name is compared with the engine's own `typeof`. */
const values: readonly (readonly [sql: string, json: string, csv: string])[] = [
  ['true', 'true', 'true'],
  ['(-128)::tinyint', '-128', '-128'],
  ['255::utinyint', '255', '255'],
  ['(-32768)::smallint', '-32768', '-32768'],
  ['65535::usmallint', '65535', '65535'],
  ['-2147483648', '-2147483648', '-2147483648'],
  ['4294967295::uinteger', '4294967295', '4294967295'],
  ['9007199254740991', '9007199254740991', '9007199254740991'],
  ['-9007199254740991', '-9007199254740991', '-9007199254740991'],
  ['9007199254740992', '"9007199254740992"', '9007199254740992'],
  ['-9007199254740992', '"-9007199254740992"', '-9007199254740992'],
  ['-9223372036854775808', '"-9223372036854775808"', '-9223372036854775808'],
  ['18446744073709551615::ubigint', '"18446744073709551615"', '18446744073709551615'],
  ['12::hugeint', '12', '12'],
  [
    '(-170141183460469231731687303715884105727)::hugeint',
    '"-170141183460469231731687303715884105727"',
    '-170141183460469231731687303715884105727',
  ],
  [
    "'340282366920938463463374607431768211455'::uhugeint",
    '"340282366920938463463374607431768211455"',
    '340282366920938463463374607431768211455',
  ],
  [
    "'-123456789012345678901234567890123456789012345'::bignum",
    '"-123456789012345678901234567890123456789012345"',
    '-123456789012345678901234567890123456789012345',
  ],
  ["'7'::bignum", '7', '7'],
  ['1.5::decimal(4,2)', '"1.50"', '1.50'],
  ['(-0.05)::decimal(4,2)', '"-0.05"', '-0.05'],
  ['12345678901234567890.123456::decimal(38,6)', '"12345678901234567890.123456"', '12345678901234567890.123456'],
  ['(-7)::decimal(9,0)', '"-7"', '-7'],
  ['0.1::float', '0.1', '0.1'],
  ['16777217::float', '16777216', '16777216'],
  ['3.4028234663852886e38::float', '3.4028235e+38', '3.4028235e+38'],
  ['0.1::double', '0.1', '0.1'],
  ['1e300', '1e+300', '1e+300'],
  ["'nan'::double", '"NaN"', 'NaN'],
  ["'inf'::double", '"Infinity"', 'Infinity'],
  ["'-inf'::float", '"-Infinity"', '-Infinity'],
  ["'-0.0'::double", '-0', '-0'],
  ["'a,b'", '"a,b"', '"a,b"'],
  ['\'say "hi"\'', '"say \\"hi\\""', '"say ""hi"""'],
  ["''", '""', '""'],
  ["'Zürich 🛫'", '"Zürich 🛫"', 'Zürich 🛫'],
  ["e'a\\nb\\x01'", '"a\\nb\\u0001"', '"a\nb\x01"'],
  ["'\\xAA\\x00'::blob", '"qgA="', 'qgA='],
  ["''::blob", '""', '""'],
  ["'2001-02-28'::date", '"2001-02-28"', '2001-02-28'],
  ["'0044-03-15 (BC)'::date", '"-000043-03-15"', '-000043-03-15'],
  ["'12001-02-28'::date", '"+012001-02-28"', '+012001-02-28'],
  ["'infinity'::date", '"Infinity"', 'Infinity'],
  ["'10:00:00'::time", '"10:00:00"', '10:00:00'],
  ["'23:59:59.000001'::time", '"23:59:59.000001"', '23:59:59.000001'],
  ["'10:00:00+05:30'::timetz", '"10:00:00+05:30"', '10:00:00+05:30'],
  ["'10:00:00-02'::timetz", '"10:00:00-02:00"', '10:00:00-02:00'],
  ["'10:00:00.123456789'::time_ns", '"10:00:00.123456789"', '10:00:00.123456789'],
  ["'2001-02-28 10:00:00'::timestamp", '"2001-02-28T10:00:00"', '2001-02-28T10:00:00'],
  ["'1969-12-31 23:59:59.5'::timestamp", '"1969-12-31T23:59:59.5"', '1969-12-31T23:59:59.5'],
  ["'9999-12-31 23:59:59.999999'::timestamp", '"9999-12-31T23:59:59.999999"', '9999-12-31T23:59:59.999999'],
  ["'290000-01-01 00:00:00'::timestamp", '"+290000-01-01T00:00:00"', '+290000-01-01T00:00:00'],
  ["'-infinity'::timestamp", '"-Infinity"', '-Infinity'],
  ["'2001-02-28 10:00:00'::timestamp_s", '"2001-02-28T10:00:00"', '2001-02-28T10:00:00'],
  ["'2001-02-28 10:00:00.25'::timestamp_ms", '"2001-02-28T10:00:00.25"', '2001-02-28T10:00:00.25'],
  ["'2001-02-28 10:00:00.123456789'::timestamp_ns", '"2001-02-28T10:00:00.123456789"', '2001-02-28T10:00:00.123456789'],
  ["'2001-02-28 10:00:00+02'::timestamptz", '"2001-02-28T08:00:00Z"', '2001-02-28T08:00:00Z'],
  ["interval '1 year 2 months 3 days 4 hours 5 minutes 6.5 seconds'", '"P1Y2M3DT4H5M6.5S"', 'P1Y2M3DT4H5M6.5S'],
  ["interval '-14 months'", '"P-1Y-2M"', 'P-1Y-2M'],
  ["interval '-0.25 seconds'", '"PT-0.25S"', 'PT-0.25S'],
  ['interval 0 day', '"PT0S"', 'PT0S'],
  [
    "'123e4567-e89b-12d3-a456-426614174000'::uuid",
    '"123e4567-e89b-12d3-a456-426614174000"',
    '123e4567-e89b-12d3-a456-426614174000',
  ],
  ["'10110'::bit", '"10110"', '10110'],
  ["'b'::enum('a', 'b')", '"b"', 'b'],
  [`'{"a": [1]}'::json`, '"{\\"a\\": [1]}"', '"{""a"": [1]}"'],
  ['[1, null, 3]', '[1,null,3]', '"[1,null,3]"'],
  ['[]::int[]', '[]', '[]'],
  ["[['a'], null, []]", '[["a"],null,[]]', '"[[""a""],null,[]]"'],
  ['[1, 2]::int[2]', '[1,2]', '"[1,2]"'],
  ["{'a': 1, 'b c': 'x'}", '{"a":1,"b c":"x"}', '"{""a"":1,""b c"":""x""}"'],
  ["{'a': {'b': [true, null]}}", '{"a":{"b":[true,null]}}', '"{""a"":{""b"":[true,null]}}"'],
  ['row(1, 2.5)', '[1,"2.5"]', '"[1,""2.5""]"'],
  ["map {'k': 1, 'l': null}", '[["k",1],["l",null]]', '"[[""k"",1],[""l"",null]]"'],
  ['union_value(num := 2)', '{"num":2}', '"{""num"":2}"'],
  ["[{'d': '2001-02-28'::date}]", '[{"d":"2001-02-28"}]', '"[{""d"":""2001-02-28""}]"'],
]

const suite = suiteEngine({ workers: 1 })

describe('values leave the engine', () => {
  it.each(values)('%s', async (sql, json, csv) => {
    const answer = await ask(suite().engine, `select ${sql} as v`)
    expect(answer.text).toBe(`[${json}]`)
    expect((await ask(suite().engine, `select ${sql} as v`, { format: 'ndjson' })).text).toBe(`{"v":${json}}\n`)
    expect((await ask(suite().engine, `select ${sql} as v`, { format: 'csv' })).text).toBe(`v\r\n${csv}\r\n`)
    const named = await ask(suite().engine, `select typeof(${sql}) as v`)
    expect(answer.columns).toEqual([{ name: 'v', type: JSON.parse(named.text)[0] }])
  })

  it('nulls of every type are null among other rows', async () => {
    for (const [sql, json] of values.filter(([sql]) => !/int\[2\]/.test(sql))) {
      const { text } = await ask(suite().engine, `select case when i = 1 then ${sql} end as v from range(3) t(i)`)
      expect(text, sql).toBe(`[null],[${json}],[null]`)
    }
  })

  it('gives a bare null the type that the engine gives it', async () => {
    expect(await ask(suite().engine, 'select null as v')).toMatchObject({
      text: '[null]',
      columns: [{ name: 'v', type: 'INTEGER' }],
    })
  })

  it('binds values as they are, texts as VARCHAR', async () => {
    const params = [null, true, 5, -1.5, 2n ** 62n, 2n ** 100n, "it's", '']
    const sql = 'select $1 is null, $2, $3, $4, $5, $6, $7, $8, typeof($3), typeof($4), typeof($7)'
    expect((await ask(suite().engine, sql, { params })).text).toBe(
      `[true,true,5,-1.5,"4611686018427387904","1267650600228229401496703205376","it's","","BIGINT","DOUBLE","VARCHAR"]`,
    )
  })

  it('names every column of NDJSON, also where names are equal', async () => {
    expect((await ask(suite().engine, 'select 1 as a, 2 as a, 3 as a_1', { format: 'ndjson' })).text).toBe(
      '{"a":1,"a_2":2,"a_1":3}\n',
    )
  })
})
