import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { evolveSchema, readSchema, readTable, stageSnapshot } from '../../src/lake/index.ts'
import { commitRows, openTestLake, writeData, type TestLake } from '../lake/duckdb-table.ts'
import { openPython, type Python } from './setup/python.ts'

let lake: TestLake
let python: Python | undefined
let program: string

beforeAll(async () => {
  python = await openPython('iceberg', [
    'pyiceberg[pyarrow,sql-sqlite]==0.12.0',
    'pyiceberg-core==0.10.1',
    'pyarrow==23.0.1',
    'duckdb==1.5.5',
  ])
  program = await readFile(join(import.meta.dirname, 'read_table.py'), 'utf8')
  lake = await openTestLake()
}, 600_000)
afterAll(() => lake?.close())

interface Question {
  readonly metadata: string
  readonly filter?: string
  readonly snapshot?: string
  readonly columns?: readonly string[]
}

interface Seen {
  readonly schema: string
  readonly files: number
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly snapshots: readonly string[]
}

async function ask(context: TestContext, ...questions: readonly Question[]): Promise<readonly Seen[]> {
  if (python === undefined) return context.skip('PyIceberg cannot be set up here.')
  const asked = questions.map(question => ({ ...question, metadata: lake.files.uri(question.metadata) }))
  return JSON.parse(await python.run(program, [JSON.stringify(asked)])) as readonly Seen[]
}

const everyType = `
  SELECT i AS n, i % 2 = 0 AS b, i::INTEGER AS i, (i * 9007199254740993)::BIGINT AS l, (i / 3)::FLOAT AS f,
    CASE WHEN i = 3 THEN 'nan'::DOUBLE ELSE i / 7 END AS d, (i - 2.5)::DECIMAL(9, 2) AS d9, (i * -1234567890.1234)::DECIMAL(18, 4) AS d18,
    (i * 12345678901234567890123456.7)::DECIMAL(38, 1) AS d38, DATE '2024-02-29' + i::INTEGER AS dt, TIME '23:59:59.000001' AS t,
    TIMESTAMP '1969-12-31 23:59:59.999999' + to_days(i::INTEGER) AS ts, TIMESTAMPTZ '2024-03-31 02:30:00+02' + to_hours(i) AS tz,
    'straße ' || i AS s, ('00000000-0000-4000-8000-00000000000' || i)::UUID AS u, ('\\x00\\xFF\\x0' || i)::BLOB AS x,
    {'a': i::INTEGER, 'in ner': {'z': 'q' || i}} AS st, [i, NULL, i + 1] AS li, MAP {'k' || i: i / 2} AS m,
    [{'x': [i, i], 'y': 'v'}] AS deep
  FROM range(5) t(i)
  UNION ALL SELECT 99, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`

describe('PyIceberg', () => {
  test('reads every type that is written, with equal values', async context => {
    const metadata = await commitRows(lake, 'types/all/v1', everyType)
    const [seen] = await ask(context, { metadata })
    const { rows } = seen!
    expect(rows).toHaveLength(6)
    expect(rows.find(row => row['n'] === '2')).toMatchInlineSnapshot(`
      {
        "b": true,
        "d": "0.2857142857142857",
        "d18": "-2469135780.2468",
        "d38": "24691357802469135780246913.4",
        "d9": "-0.50",
        "deep": [
          {
            "x": [
              "2",
              "2",
            ],
            "y": "v",
          },
        ],
        "dt": "2024-03-02",
        "f": "0.6666666865348816",
        "i": "2",
        "l": "18014398509481986",
        "li": [
          "2",
          null,
          "3",
        ],
        "m": [
          [
            "k2",
            "1.0",
          ],
        ],
        "n": "2",
        "s": "straße 2",
        "st": {
          "a": "2",
          "in ner": {
            "z": "q2",
          },
        },
        "t": "23:59:59.000001",
        "ts": "1970-01-02 23:59:59.999999",
        "tz": "2024-03-31 02:30:00+00:00",
        "u": "00000000-0000-4000-8000-000000000002",
        "x": "0x00ff02",
      }
    `)
    expect(rows.find(row => row['n'] === '3')).toMatchObject({ d: 'nan', l: '27021597764222979', d9: '0.50' })
    const empty = rows.find(row => row['n'] === '99')!
    // PyIceberg itself reads a NULL list of structs as an empty one.
    expect(Object.entries(empty).filter(([name, value]) => name !== 'n' && value !== null)).toEqual([['deep', []]])
  })

  test('finds files by the bounds, negative and nested ones too, and skips the others', async context => {
    const rows = (from: number): string => `
      SELECT i, (i - 100)::DECIMAL(38, 2) AS de, i / 2.0 - 20 AS d, DATE '1969-12-01' + i::INTEGER AS dt, lpad(i::VARCHAR, 4, '0') AS s,
        {'inner': i * 10} AS st, TIMESTAMP '1970-01-01 00:00:30' + to_minutes(i - 50) AS ts, i::VARCHAR::BLOB AS x, i % 2 = 0 AS even
      FROM range(${from}, ${from + 10}) t(i)`
    for (const from of [0, 100, 200]) await commitRows(lake, 'prune/v1', rows(from))
    const metadata = (await lake.pointers.get('prune/v1'))!
    const filters = [
      'i = 105',
      'de < -95.00',
      'de > 0.00 and de < 9.50',
      'd < -17',
      "dt < '1969-12-05'",
      "dt > '1970-06-01'",
      "s = '0103'",
      'st.inner > 2000',
      "ts < '1970-01-01T00:00:00'",
      "s LIKE '02%'",
    ]
    const seen = await ask(context, ...filters.map(filter => ({ metadata, filter })))
    expect(seen.map(({ files, rows: found }, i) => [filters[i], files, found.length])).toEqual([
      ['i = 105', 1, 1],
      ['de < -95.00', 1, 5],
      ['de > 0.00 and de < 9.50', 1, 9],
      ['d < -17', 1, 6],
      ["dt < '1969-12-05'", 1, 4],
      ["dt > '1970-06-01'", 1, 10],
      ["s = '0103'", 1, 1],
      ['st.inner > 2000', 1, 9],
      ["ts < '1970-01-01T00:00:00'", 1, 10],
      ["s LIKE '02%'", 1, 10],
    ])
  })

  test('bounds of long strings, NaN, infinity and zeros hide no row', async context => {
    const table = 'traps/v1'
    await commitRows(
      lake,
      table,
      `SELECT * FROM (VALUES
        (1, repeat('a', 300), repeat('ü', 300), 'nan'::DOUBLE, 0.0::FLOAT),
        (2, repeat('b', 300), repeat('ü', 299), '-inf'::DOUBLE, -0.0::FLOAT),
        (3, 'b', chr(1114111) || chr(1114111), 'inf'::DOUBLE, NULL)) t(id, long, wide, d, z)`,
    )
    const metadata = (await lake.pointers.get(table))!
    const { files } = await readTable(lake.files, metadata)
    expect([...files[0]!.lower.keys()]).toEqual([1, 2, 5])
    const filters = [
      `long = '${'b'.repeat(300)}'`,
      `wide = '${'ü'.repeat(300)}'`,
      'd > 100000.5',
      'd < -100000.5',
      'd is nan',
      'z = 0.0',
      'z is null',
    ]
    const seen = await ask(context, ...filters.map(filter => ({ metadata, filter })))
    expect(seen.map(({ rows }) => rows.map(row => row['id']))).toEqual([
      ['2'],
      ['1'],
      ['3'],
      ['2'],
      ['1'],
      ['1', '2'],
      ['3'],
    ])
  })

  test('follows columns that are added, dropped, renamed, widened and moved', async context => {
    const table = 'evolve/v1'
    const first = await commitRows(
      lake,
      table,
      `SELECT 1::INTEGER AS id, 1.5::FLOAT AS f, 12.34::DECIMAL(9, 2) AS de, 'old' AS name, 'gone' AS gone, {'a': 1, 'b': 'x'} AS st`,
    )
    const { schema } = await readSchema(lake.files, first)
    const nameId = schema.fields.find(field => field.name === 'name')!.id
    const select = `SELECT {'b': 'y', 'c': true, 'a': 2::BIGINT} AS st, 20::BIGINT AS id, 2.5::DOUBLE AS f, 99999999999.99::DECIMAL(18, 2) AS de,
      'new' AS title, DATE '2026-01-01' AS added`
    const columns = [
      { name: 'st', type: 'STRUCT(b VARCHAR, c BOOLEAN, a BIGINT)', required: false },
      { name: 'id', type: 'BIGINT', required: false },
      { name: 'f', type: 'DOUBLE', required: false },
      { name: 'de', type: 'DECIMAL(18,2)', required: false },
      { name: 'title', type: 'VARCHAR', required: false, id: nameId, description: 'As printed on the cover.' },
      { name: 'added', type: 'DATE', required: false },
    ]
    const second = await commitRows(lake, table, select, { columns })
    const snapshot = (await readTable(lake.files, second)).parent!
    const [now, then, low, high, nested] = await ask(
      context,
      { metadata: second },
      { metadata: second, snapshot },
      { metadata: second, filter: 'id < 5' },
      { metadata: second, filter: 'f > 2 and de > 100.00' },
      { metadata: second, filter: 'st.a = 1' },
    )
    const byId = [...now!.rows].sort((a, b) => Number(a['id']) - Number(b['id']))
    expect(byId).toEqual([
      { st: { b: 'x', c: null, a: '1' }, id: '1', f: '1.5', de: '12.34', title: 'old', added: null },
      { st: { b: 'y', c: true, a: '2' }, id: '20', f: '2.5', de: '99999999999.99', title: 'new', added: '2026-01-01' },
    ])
    expect(then!.rows).toEqual([{ id: '1', f: '1.5', de: '12.34', name: 'old', gone: 'gone', st: { a: '1', b: 'x' } }])
    expect([low, high, nested].map(seen => [seen!.files, seen!.rows.length])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ])
  })

  test('prunes by partitions of every transform', async context => {
    const cases = [
      ['identity', 'c', "c = 'x1'", 3],
      ['identity', 'de', "de = '-0.50'", 3],
      // PyIceberg compares a UUID of a partition with bytes and finds nothing, so it is asked by the bounds of another column.
      ['identity', 'u', "c = 'x1'", 3],
      ['year', 'ts', "ts < '2021-01-01T00:00:00'", 3],
      ['month', 'ts', "ts < '2020-06-01T00:00:00'", 3],
      ['day', 'dt', "dt = '1969-12-31'", 3],
      ['hour', 'ts', "ts = '2020-01-01T00:30:00'", 3],
      ['bucket[64]', 'l', 'l = -5', 3],
      ['bucket[64]', 'c', "c = 'x1'", 3],
      ['bucket[64]', 'de', "de = '-0.50'", 3],
      ['bucket[64]', 'dt', "dt = '1969-12-31'", 3],
      ['truncate[1000]', 'l', 'l = -5', 3],
      ['truncate[2]', 'c', "c = 'x1'", 3],
    ] as const
    const select = `
      SELECT ['x1', 'x2', 'y1', NULL][1 + i % 4] AS c, [-0.5, 10, 99.25, NULL][1 + i % 4]::DECIMAL(9, 2) AS de,
        [-5, 900, 123456789012, NULL][1 + i % 4]::BIGINT AS l, [DATE '1969-12-31', DATE '1970-01-01', DATE '2026-05-05', NULL][1 + i % 4] AS dt,
        [TIMESTAMP '2020-01-01 00:30:00', TIMESTAMP '2021-07-01 01:00:00', TIMESTAMP '1969-07-01 01:00:00', NULL][1 + i % 4] AS ts,
        ('00000000-0000-4000-8000-00000000000' || (1 + i % 4))::UUID AS u
      FROM range(12) t(i)`
    const questions: Question[] = []
    for (const [transform, column, filter] of cases) {
      const table = `parts/${column}-${transform.replace(/\W/g, '')}`
      questions.push({ metadata: await commitRows(lake, table, select, { partition: { column, transform } }), filter })
    }
    const seen = await ask(context, ...questions)
    const all = await ask(context, ...questions.map(({ metadata }) => ({ metadata })))
    const found = seen.map(({ files, rows }, i) => [...cases[i]!.slice(0, 2), files, rows.length])
    const expected = cases.map(([transform, column, filter, rows]) => [
      transform,
      column,
      1,
      filter.startsWith('ts <') ? rows * 2 : rows,
    ])
    // Before 2021 lie two years; before June 2020 two months.
    expect(
      found.map(([t, c, files, rows]) => [t, c, t === 'year' || t === 'month' ? Number(files) - 1 : files, rows]),
    ).toEqual(expected)
    expect(all.map(({ rows }) => rows.length)).toEqual(cases.map(() => 12))
  })

  test('sees deletions by overwrite, compaction and an id of 63 bits', async context => {
    const table = 'overwrite/v1'
    const select = 'SELECT i AS id FROM range(4) t(i)'
    const parent = await commitRows(lake, table, select)
    const { schema } = await readSchema(lake.files, parent)
    const old = (await readTable(lake.files, parent)).files.map(file => file.path)
    const kept = await writeData(lake, table, schema, 'SELECT i AS id FROM range(3) t(i)')
    const staged = await stageSnapshot({
      files: lake.files,
      table,
      parent,
      schema,
      change: { kind: 'overwrite', removed: { paths: old }, added: [kept] },
      now: new Date(),
      snapshotId: '9007199254740993',
    })
    const rewritten = await writeData(lake, table, schema, 'SELECT i AS id FROM range(3) t(i)')
    const compacted = await stageSnapshot({
      files: lake.files,
      table,
      parent: staged.to,
      schema,
      change: { kind: 'rewrite', removed: { paths: [kept.path] }, added: [rewritten] },
      now: new Date(),
      snapshotId: '9223372036854775807',
    })
    const [one, two, three] = await ask(
      context,
      { metadata: staged.to },
      { metadata: compacted.to },
      { metadata: compacted.to, snapshot: '9007199254740993' },
    )
    expect([one, two, three].map(seen => [seen!.files, seen!.rows.length])).toEqual([
      [1, 3],
      [1, 3],
      [1, 3],
    ])
    expect(two!.snapshots.slice(1)).toEqual(['9007199254740993', '9223372036854775807'])
    expect((await readTable(lake.files, compacted.to)).snapshotId).toBe('9223372036854775807')
  })

  test('reads required columns, an empty table and one after a hundred appends', async context => {
    const columns = [{ name: 'id', type: 'BIGINT', required: true, description: 'Key' }]
    const empty = await commitRows(lake, 'empty/v1', 'SELECT 1::BIGINT AS id WHERE false', { columns })
    for (let i = 0; i < 105; i++) await commitRows(lake, 'many/v1', `SELECT ${i}::BIGINT AS id`, { columns })
    const many = (await lake.pointers.get('many/v1'))!
    const { schema } = evolveSchema(undefined, columns, 0)
    expect(schema.fields).toEqual([{ id: 1, name: 'id', required: true, type: 'long', doc: 'Key' }])
    const [none, all] = await ask(context, { metadata: empty }, { metadata: many })
    expect([none!.rows.length, all!.files]).toEqual([0, 105])
    expect(all!.rows.map(row => Number(row['id'])).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 105 }, (_, i) => i),
    )
  })

  test('writes a table that is read here, and that a commit of ours extends for both', async context => {
    if (python === undefined) return context.skip('PyIceberg cannot be set up here.')
    const writer = await readFile(join(import.meta.dirname, 'write_table.py'), 'utf8')
    const theirs = JSON.parse(await python.run(writer, [lake.folder])) as {
      readonly metadata: string
      readonly snapshots: readonly string[]
      readonly rows: readonly number[]
    }
    const path = lake.files.pathOf(theirs.metadata)
    const state = await readTable(lake.files, path)
    expect(theirs.rows).toEqual([0, 1, 3, 4, 5, 6, 7])
    expect([state.rows, state.snapshotId]).toEqual([7n, theirs.snapshots.at(-1)])
    expect(state.schema.fields.map(({ id, name, type }) => `${id} ${name} ${JSON.stringify(type)}`)).toEqual([
      '1 key "long"',
      '2 day "date"',
      '3 amount "decimal(12,2)"',
      '4 land code "string"',
      '5 note "string"',
    ])
    const partitions = state.files.map(
      ({ partition }) => `${String(partition['day_day'])} ${String(partition['land code'])}`,
    )
    expect(new Set(partitions)).toEqual(new Set(['20454 DE', '-1 FR', '-1 null']))
    expect((await readTable(lake.files, path, theirs.snapshots[0])).schema.fields[0]).toMatchObject({
      name: 'id',
      type: 'int',
    })

    const table = path.replace(/\/metadata\/.*/, '')
    const partition = { day_day: 20454, 'land code': 'DE' }
    const select = `SELECT 100::BIGINT AS "key", DATE '2026-01-01' AS "day", 9.99::DECIMAL(12, 2) AS amount, 'DE' AS "land code", 'ours' AS note`
    const added = await writeData(lake, table, state.schema, select, partition)
    const change = { kind: 'overwrite', removed: { partitions: [{ day_day: -1 }] }, added: [added] } as const
    const staged = await stageSnapshot({
      files: lake.files,
      table,
      parent: path,
      schema: state.schema,
      change,
      now: new Date(),
    })
    const [all, pruned] = await ask(context, { metadata: staged.to }, { metadata: staged.to, filter: 'key = 100' })
    expect(all!.rows.map(row => Number(row['key'])).toSorted((a, b) => a - b)).toEqual([0, 4, 6, 100])
    expect([pruned!.files, pruned!.rows]).toEqual([
      1,
      [{ key: '100', day: '2026-01-01', amount: '9.99', 'land code': 'DE', note: 'ours' }],
    ])
  })
})
