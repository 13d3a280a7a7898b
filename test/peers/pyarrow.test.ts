import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDB } from '../../src/adapters/duckdb/index.ts'
import type { AnswerFormat, Engine } from '../../src/query/needs.ts'
import { ask } from '../adapters/duckdb/answers.ts'
import { openPython, type Python } from './setup/python.ts'

let scratch: string
let engine: Engine
let python: Python | undefined

/** Arrow's own reader: it validates offsets, counts of nulls and the text of every value. */
beforeAll(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'meshwright-pyarrow-')))
  engine = await openDuckDB({ scratch, workers: 1 })
  python = await openPython('pyarrow', ['pyarrow==23.0.1'])
})
afterAll(async () => {
  await engine.close()
  await rm(scratch, { recursive: true, force: true })
})

const wide = `select i as l, case when i % 3 > 0 then i::hugeint end as h, i % 2 = 0 as b, i::float / 4 as f,
  case when i % 4 > 0 then i::decimal(18,2) end as c, i::decimal(38,6) as big, 'ü' || i as s, '\\xFF'::blob as z,
  '1960-01-01'::date + i::integer as day, '1960-01-01 00:00:00.000001'::timestamp + to_seconds(i) as at,
  '2026-01-01 00:00:00+00'::timestamptz + to_seconds(i) as atz, '01:02:03.000004'::time as clock,
  case when i % 5 > 0 then ['red', 'green'][1 + (i % 2)::int]::enum('red', 'green') end as e,
  [['red'][1]::enum('blue', 'red')] as es, case when i % 7 > 0 then range(i % 3) end as list,
  case when i % 2 > 0 then {'x': i, 'y': [i::varchar, null]} end as st, map {'k' || (i % 7): i} as m,
  [i, null]::bigint[2] as pair, interval 14 month + to_days((i % 9)::int) as iv,
  case when i % 2 = 0 then union_value(num := i) else union_value(num := i + 1) end as u,
  '00000000-0000-4000-8000-000000000001'::uuid as id
  from range(5000) t(i)`

const read = `
import json, sys, pyarrow as pa, pyarrow.ipc as ipc, pyarrow.parquet as pq
kind, path = sys.argv[1:]
table = ipc.open_stream(path).read_all() if kind == 'arrow' else pq.read_table(path)
table.validate(full=True)
one = table.slice(4321, 1).to_pylist()[0]
print(json.dumps({'rows': table.num_rows, 'types': {f.name: str(f.type) for f in table.schema},
  'nulls': {n: table[n].null_count for n in table.column_names}, 'one': one}, default=str))
`

async function readBack(format: AnswerFormat, reader: Python) {
  const { bytes, columns } = await ask(engine, wide, { format })
  const path = join(scratch, `answer.${format}`)
  await writeFile(path, bytes)
  const answer = JSON.parse(await reader.run(read, [format, path])) as {
    rows: number
    types: Record<string, string>
    nulls: Record<string, number>
    one: Record<string, unknown>
  }
  expect(answer.rows).toBe(5_000)
  expect(Object.keys(answer.types)).toEqual(columns.map(column => column.name))
  return answer
}

test('PyArrow reads every type of an Arrow stream', async context => {
  if (python === undefined) return context.skip('PyArrow cannot be set up here.')
  const { types, nulls, one } = await readBack('arrow', python)
  expect(types).toMatchObject({
    l: 'int64',
    h: 'decimal128(38, 0)',
    c: 'decimal128(18, 2)',
    at: 'timestamp[us]',
    e: 'dictionary<values=string, indices=uint8, ordered=0>',
    m: 'map<string, int64>',
    pair: 'fixed_size_list<: int64>[2]',
    iv: 'month_day_nano_interval',
  })
  expect(nulls).toMatchObject({ l: 0, h: 1_667, c: 1_250, e: 1_000, list: 715, st: 2_500 })
  expect(one).toMatchObject({
    l: 4321,
    h: '4321',
    b: false,
    f: 1080.25,
    c: '4321.00',
    big: '4321.000000',
    s: 'ü4321',
    day: '1971-10-31',
    at: '1960-01-01 01:12:01.000001',
    atz: '2026-01-01 01:12:01+00:00',
    clock: '01:02:03.000004',
    e: 'green',
    es: ['red'],
    list: [0],
    st: { x: 4321, y: ['4321', null] },
    m: [['k2', 4321]],
    pair: [4321, null],
    u: 4322,
    id: '00000000-0000-4000-8000-000000000001',
  })
})

test('PyArrow reads an answer in Parquet', async context => {
  if (python === undefined) return context.skip('PyArrow cannot be set up here.')
  const { nulls, one } = await readBack('parquet', python)
  expect(nulls).toMatchObject({ l: 0, c: 1_250, st: 2_500 })
  expect(one).toMatchObject({ l: 4321, c: '4321.00', s: 'ü4321', list: [0], st: { x: 4321, y: ['4321', null] } })
})
