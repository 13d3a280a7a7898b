import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import type { Column } from '../../src/mesh/index.ts'
import { parseContract } from '../../src/spec/parse-contract.ts'
import { reporterOf } from '../../src/spec/reporter.ts'
import { readYaml } from '../../src/spec/index.ts'

/** What a property written like this becomes, and what is said about it. */
function columnOf(
  property: string,
  apiVersion = 'v3.2.0',
): { column: Column | undefined; codes: string[]; fixes: string[] } {
  const text = `apiVersion: ${apiVersion}\nkind: DataContract\nid: a.b\nversion: 1.0.0\nstatus: active\nschema: [{name: t, properties: [{name: c, ${property}}]}]\n`
  const report = reporterOf(readYaml({ path: 'a.odcs.yaml', text }))
  const words = { classes: new Set(['public', 'internal']), identifiers: new Set(['airport']), guessed: false }
  const column = parseContract(report, words)?.contract.tables[0]?.columns[0]
  return { column, codes: report.issues.map(issue => issue.code), fixes: report.issues.map(issue => issue.fix ?? '') }
}

const types: readonly (readonly [property: string, type: string])[] = [
  ['logicalType: string', 'VARCHAR'],
  ['logicalType: boolean', 'BOOLEAN'],
  ['logicalType: date', 'DATE'],
  ['logicalType: time', 'TIME'],
  ['logicalType: timestamp', 'TIMESTAMP WITH TIME ZONE'],
  ['logicalType: timestamp, logicalTypeOptions: {timezone: false}', 'TIMESTAMP'],
  ['logicalType: integer', 'BIGINT'],
  ['logicalType: integer, logicalTypeOptions: {format: i32}', 'INTEGER'],
  ['logicalType: integer, logicalTypeOptions: {format: u64}', 'DECIMAL(20,0)'],
  ['logicalType: number', 'DOUBLE'],
  ['logicalType: number, logicalTypeOptions: {format: f32}', 'FLOAT'],
  [
    'logicalType: number, customProperties: [{property: precision, value: 12}, {property: scale, value: 2}]',
    'DECIMAL(12,2)',
  ],
  ['logicalType: object, physicalType: JSON', 'JSON'],
  [
    'logicalType: object, properties: [{name: a, logicalType: string}, {name: B c, physicalType: int}]',
    'STRUCT("a" VARCHAR, "B c" INTEGER)',
  ],
  ['logicalType: array, items: {logicalType: date}', 'DATE[]'],
  [
    'logicalType: array, items: {logicalType: object, properties: [{name: a, logicalType: integer}]}',
    'STRUCT("a" BIGINT)[]',
  ],
  ['logicalType: map, map: {key: {logicalType: string}, value: {logicalType: integer}}', 'MAP(VARCHAR, BIGINT)'],
  ['logicalType: vector, logicalTypeOptions: {dimensions: 3}', 'FLOAT[]'],
  ['physicalType: "varchar(18)"', 'VARCHAR'],
  ['physicalType: character varying(10)', 'VARCHAR'],
  ['physicalType: "numeric(12, 2)"', 'DECIMAL(12,2)'],
  ['physicalType: NUMBER(10)', 'DECIMAL(10,0)'],
  ['physicalType: double precision', 'DOUBLE'],
  ['physicalType: float(53)', 'DOUBLE'],
  ['physicalType: timestamp(3) with time zone', 'TIMESTAMP WITH TIME ZONE'],
  ['physicalType: timestamp without time zone', 'TIMESTAMP'],
  ['physicalType: datetime2', 'TIMESTAMP'],
  ['physicalType: smallint', 'INTEGER'],
  ['physicalType: "int[]"', 'INTEGER[]'],
  ['physicalType: "FLOAT[3]"', 'FLOAT[]'],
  ['physicalType: "STRUCT<a: INT, b: JSON, c: ARRAY<JSON>>"', 'STRUCT("a" INTEGER, "b" VARCHAR, "c" VARCHAR[])'],
  ['physicalType: "ARRAY<STRUCT<a: INT, b: STRING>>"', 'STRUCT("a" INTEGER, "b" VARCHAR)[]'],
  ['physicalType: "MAP<STRING, ARRAY<DOUBLE>>"', 'MAP(VARCHAR, DOUBLE[])'],
  ['physicalType: uniqueidentifier', 'UUID'],
  ['physicalType: bytea', 'BLOB'],
  ['logicalType: string, physicalType: integer', 'INTEGER'],
]

describe('types of columns', () => {
  test.each(types)('%s is %s', (property, type) => {
    const { column, codes } = columnOf(property)
    expect(codes).toEqual([])
    expect(column?.type).toBe(type)
  })

  test('the engine knows all of them by these names', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    for (const [, type] of types) {
      const rows = await (await connection.run(`select typeof(cast(null as ${type}))`)).getRowsJson()
      // DESCRIBE leaves quotes out where a name needs none.
      expect(JSON.stringify(rows).replaceAll(/\\?"/g, '')).toBe(`[[${type.replaceAll('"', '')}]]`)
    }
    connection.closeSync()
  })

  test.each([
    'HUGEINT',
    'uinteger',
    'int unsigned',
    'ENUM(a, b)',
    'bit',
    'interval',
    'timetz',
    'timestamp_ns',
    'timestamp(9)',
    'decimal(39,0)',
    'geometry',
    'variant',
    'super',
  ])('%s is refused with a type to write instead', type => {
    const { codes, fixes } = columnOf(`physicalType: "${type}"`)
    expect(codes).toEqual(['column.type-unfit'])
    expect(fixes[0]).toMatch(/^Write instead: [A-Z]/)
  })

  test('an unknown physical type yields to the logical one, with a warning', () => {
    expect(columnOf('logicalType: string, physicalType: FANCY')).toMatchObject({
      column: { type: 'VARCHAR' },
      codes: ['column.type-unknown'],
    })
  })
})

test('bounds are kept as they are written, the stricter of two', () => {
  expect(
    columnOf('logicalType: number, logicalTypeOptions: {minimum: 1.10, exclusiveMinimum: 1.1}').column?.options,
  ).toEqual({
    minimum: '1.1',
    exclusiveMinimum: true,
  })
  expect(
    columnOf('logicalType: integer, logicalTypeOptions: {maximum: 5, exclusiveMaximum: true}', 'v3.0.2').column
      ?.options,
  ).toEqual({
    maximum: '5',
    exclusiveMaximum: true,
  })
})

test('words that the mesh does not know are errors with the nearest known', () => {
  expect(columnOf('logicalType: string, classification: internl')).toMatchObject({
    codes: ['column.class-unknown'],
    fixes: ['Did you mean internal?'],
  })
  expect(columnOf("logicalType: string, tags: ['identifier:airprt']")).toMatchObject({
    codes: ['column.identifier-unknown'],
    fixes: ['Did you mean airport?'],
  })
})

describe('versions', () => {
  const versioned = (apiVersion: string, property: string) => columnOf(property, apiVersion)
  test('a document in another version than it declares is read, with a warning', () => {
    expect(versioned('v3.0.2', 'logicalType: timestamp')).toMatchObject({
      column: { type: 'TIMESTAMP WITH TIME ZONE' },
      codes: ['document.version-differs'],
      fixes: ['Declare it: apiVersion: v3.1.0'],
    })
  })
  test('v2 comes with a hint how to convert it', () => {
    const { codes, fixes } = versioned('v2.2.2', 'logicalType: string')
    expect(codes).toEqual(['document.version-old'])
    expect(fixes[0]).toContain('columns become properties')
  })
  test('a version without its v', () =>
    expect(versioned('3.1.0', 'logicalType: string').fixes).toEqual(['Did you mean v3.1.0?']))
})

test('a schema that holds no table is told where it stands', () => {
  const placeOf = (schema: string) => {
    const text = `apiVersion: v3.1.0\nkind: DataContract\nid: a.b\nversion: 1.0.0\nstatus: active\n${schema}`
    const report = reporterOf(readYaml({ path: 'a.odcs.yaml', text }))
    parseContract(report, undefined)
    return report.issues.filter(({ code }) => code === 'contract.no-tables').map(({ line }) => line)
  }
  expect(placeOf('schema: []\n')).toEqual([6])
  expect(placeOf('')).toEqual([1])
})
