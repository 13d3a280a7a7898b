import { expect, test } from 'vitest'
import { memoryLake } from '../../src/adapters/files/memory-lake-files.ts'
import {
  evolveSchema,
  fieldIdsSql,
  icebergTypeOf,
  readSchema,
  readTable,
  stageSnapshot,
  type IcebergSchema,
  type NewColumn,
} from '../../src/lake/index.ts'
import { dataFile } from './data.ts'

const columns = (types: Readonly<Record<string, string>>): readonly NewColumn[] =>
  Object.entries(types).map(([name, type]) => ({ name, type, required: false }))
const shape = (schema: IcebergSchema): string => fieldIdsSql(schema)

const first = evolveSchema(
  undefined,
  columns({
    id: 'INTEGER',
    st: 'STRUCT(a INTEGER, "b c" VARCHAR)',
    l: 'STRUCT(x INTEGER[])[]',
    m: 'MAP(VARCHAR, DECIMAL(9,2))',
  }),
  0,
)

test('a new table numbers its columns first, then what is inside', () => {
  expect(first).toMatchObject({ lastColumnId: 11, changed: true, replaced: [] })
  expect(shape(first.schema)).toBe(
    "{'id': 1, 'st': {'__duckdb_field_id': 2, 'a': 5, 'b c': 6}, " +
      "'l': {'__duckdb_field_id': 3, 'element': {'__duckdb_field_id': 7, 'x': {'__duckdb_field_id': 8, 'element': 9}}}, " +
      "'m': {'__duckdb_field_id': 4, 'key': 10, 'value': 11}}",
  )
})

test('the same columns are no change', () => {
  const again = columns({
    id: 'INTEGER',
    st: 'STRUCT(a INTEGER, "b c" VARCHAR)',
    l: 'STRUCT(x INTEGER[])[]',
    m: 'MAP(VARCHAR, DECIMAL(9,2))',
  })
  expect(evolveSchema(first.schema, again, first.lastColumnId)).toMatchObject({ changed: false, schema: first.schema })
})

test('columns keep their ids through every legal change, and ids are never used twice', () => {
  const second = evolveSchema(
    first.schema,
    columns({
      m: 'MAP(VARCHAR, DECIMAL(18,2))',
      st: 'STRUCT("b c" VARCHAR, d DATE, a BIGINT)',
      id: 'BIGINT',
      new: 'DATE',
    }),
    first.lastColumnId,
  )
  expect(second.replaced).toEqual([])
  const last = first.lastColumnId
  expect(shape(second.schema)).toBe(
    `{'m': {'__duckdb_field_id': 4, 'key': 10, 'value': 11}, 'st': {'__duckdb_field_id': 2, 'b c': 6, 'd': ${last + 2}, 'a': 5}, 'id': 1, 'new': ${last + 1}}`,
  )
  const back = evolveSchema(second.schema, columns({ id: 'BIGINT', l: 'INTEGER[]' }), second.lastColumnId)
  expect(shape(back.schema)).toBe(`{'id': 1, 'l': {'__duckdb_field_id': ${last + 3}, 'element': ${last + 4}}}`)
})

test('a rename is by id, and the old name is free for another column', () => {
  const { schema } = evolveSchema(
    first.schema,
    [
      { name: 'key', type: 'INTEGER', required: false, id: 1 },
      { name: 'id', type: 'VARCHAR', required: false },
    ],
    first.lastColumnId,
  )
  expect(schema.fields.map(field => [field.name, field.id])).toEqual([
    ['key', 1],
    ['id', first.lastColumnId + 1],
  ])
})

test.each([
  ['BIGINT', 'INTEGER'],
  ['INTEGER', 'VARCHAR'],
  ['DOUBLE', 'FLOAT'],
  ['DECIMAL(9,2)', 'DECIMAL(9,3)'],
  ['DECIMAL(18,2)', 'DECIMAL(9,2)'],
  ['INTEGER', 'INTEGER[]'],
  ['TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'],
  ['MAP(INTEGER, INTEGER)', 'MAP(BIGINT, INTEGER)'],
  ['STRUCT(a INTEGER)', 'STRUCT(a VARCHAR)'],
])('from %s to %s is another column', (before, after) => {
  const old = evolveSchema(undefined, columns({ c: before }), 0)
  const { schema, replaced } = evolveSchema(old.schema, columns({ c: after }), old.lastColumnId)
  expect(replaced).toEqual(['c'])
  expect(schema.fields[0]!.id).toBeGreaterThan(old.lastColumnId)
})

test('only a table that is written anew may require what it did not', () => {
  const required = [{ name: 'id', type: 'INTEGER', required: true }]
  const { schema, lastColumnId } = evolveSchema(undefined, columns({ id: 'INTEGER' }), 0)
  expect(evolveSchema(schema, required, lastColumnId).changed).toBe(false)
  expect(evolveSchema(schema, required, lastColumnId, { replacing: true }).schema.fields[0]!.required).toBe(true)
})

test.each([
  ['HUGEINT', 'cast it to DECIMAL(38, 0)'],
  ['UBIGINT', 'cast it to DECIMAL(20, 0)'],
  ['UINTEGER', 'cast it to BIGINT'],
  ['TIMESTAMP_NS', 'cast it to TIMESTAMP'],
  ["ENUM('a', 'b)')", 'cast it to VARCHAR'],
  ['INTEGER[3]', 'cast it to a list'],
  ['INTERVAL', 'cast it to VARCHAR'],
  ['TIME WITH TIME ZONE', 'cast it to VARCHAR'],
  ['STRUCT(a HUGEINT)', 'cast it to VARCHAR'],
  ['UNION(a INTEGER)', 'cast it to VARCHAR'],
])('%s is refused with the cast that helps', (type, advice) => {
  expect(icebergTypeOf(type)).toBeUndefined()
  expect(() => evolveSchema(undefined, columns({ c: type }), 0)).toThrow(
    expect.objectContaining({ code: 'document.invalid', fix: expect.stringContaining(advice) as string }),
  )
})

test('names that differ only in case are refused', () => {
  expect(() => evolveSchema(undefined, columns({ a: 'DATE', A: 'DATE' }), 0)).toThrow('differ only in case')
})

test('every name survives quoting', () => {
  const odd = evolveSchema(undefined, columns({ "it's": 'STRUCT("a""b, (c" INTEGER)[]' }), 0)
  expect(shape(odd.schema)).toBe(
    `{'it''s': {'__duckdb_field_id': 1, 'element': {'__duckdb_field_id': 2, 'a"b, (c': 3}}}`,
  )
})

test('a schema that comes back keeps its id, and the next one takes none that is in use', async () => {
  const [files, now] = [memoryLake(), new Date(0)]
  let parent: string | undefined
  const seen: number[] = []
  for (const names of ['ab', 'ba', 'ab', 'abc']) {
    const before = parent === undefined ? undefined : await readSchema(files, parent)
    const wanted = columns(Object.fromEntries(Array.from(names, name => [name, 'DATE'])))
    const { schema, lastColumnId } = evolveSchema(before?.schema, wanted, before?.lastColumnId ?? 0)
    const change = { kind: 'append', files: [dataFile(`t/${names}`)] } as const
    const base = parent === undefined ? {} : { parent }
    parent = (await stageSnapshot({ files, table: 't', ...base, schema, lastColumnId, change, now })).to
    seen.push((await readTable(files, parent)).schema.schemaId)
  }
  expect(seen).toEqual([0, 1, 0, 2])
})
