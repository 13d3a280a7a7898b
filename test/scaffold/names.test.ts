import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { snakeCase } from '../../src/scaffold/index.ts'
import { columnName, nameSql } from '../../src/scaffold/column-name.ts'
import { typeTree } from '../../src/scaffold/nested-type.ts'
import { storedType, typeText } from '../../src/scaffold/stored-type.ts'
import { yamlText } from '../../src/scaffold/yaml-text.ts'

test.each([
  ['Größe (cm)', 'groesse_cm'],
  ['ÜBER', 'uber'],
  ['Über', 'ueber'],
  ['customerID', 'customer_id'],
  ['HTTPStatus', 'http_status'],
  ["Driver's Name", 'drivers_name'],
  ['Anteil %', 'anteil_percent'],
  ['Łódź', 'lodz'],
  ['名前', ''],
])('%s is called %s', (source, name) => {
  expect(snakeCase(source)).toBe(name)
})

test.each([
  ['order', 'VARCHAR', 'order_name'],
  ['order', 'BIGINT', 'order_value'],
  ['when', 'TIMESTAMP', 'when_at'],
  ['when', 'DATE', 'when_on'],
  ['year', 'BIGINT', 'year'],
  ['2nd', 'VARCHAR', 'c_2nd'],
  ['名前', 'VARCHAR', 'column_3'],
  ['column2', 'VARCHAR', 'column_3'],
])('the third column %s of type %s becomes %s', (source, type, name) => {
  expect(columnName(source, 2, new Set(), type)).toBe(name)
})

test('whatever the sources are called, names are snake_case and differ', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 140 }), { maxLength: 20 }), sources => {
      const taken = new Set<string>()
      const names = sources.map((source, i) => columnName(source, i, taken))
      for (const name of names) {
        expect(name).toMatch(/^[a-z][a-z0-9_]{0,120}$/)
        expect(nameSql(name)).toBe(name)
      }
      expect(new Set(names).size).toBe(names.length)
    }),
  )
})

test('a text stands in YAML as itself, in block and in flow', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), text => {
      const one = text
        .replace(/\s+/gu, ' ')
        .replace(/\p{Cc}|\p{Cf}/gu, '')
        .trim()
      expect(parse(`a: ${yamlText(text)}\n`)).toEqual({ a: one })
      expect(parse(`{a: ${yamlText(text)}, b: 1}\n`)).toEqual({ a: one, b: 1 })
    }),
  )
})

test.each([
  ['UTINYINT', 'INTEGER'],
  ['UBIGINT', 'DECIMAL(20,0)'],
  ['DECIMAL(18,4)', 'DECIMAL(18,4)'],
  ['TIMESTAMP_NS', 'TIMESTAMP'],
  ["ENUM('a', 'b, c')", 'VARCHAR'],
  ['INTERVAL', 'VARCHAR'],
  ['INTEGER[3]', 'INTEGER[]'],
  ['MAP(VARCHAR, BIGINT)', 'JSON'],
  ['STRUCT("order" INTEGER, "B c" STRUCT(x UTINYINT[]))[]', 'STRUCT(order_value INTEGER, b_c STRUCT(x INTEGER[]))[]'],
  ["STRUCT(e ENUM('x', ')'), m MAP(VARCHAR, INTEGER))", 'STRUCT(e VARCHAR, m JSON)'],
  ['STRUCT(INTEGER, VARCHAR)', 'JSON'],
  ['BIGINT[][][][][][]', 'JSON'],
])('%s is kept as %s', (source, kept) => {
  expect(typeText(storedType(typeTree(source), 'x').type)).toBe(kept)
})

test('what can be kept as it is, or what a run has to look at, is not touched', () => {
  for (const type of [
    'BIGINT',
    'TIMESTAMP_NS',
    'TIMESTAMP_NS[]',
    'VARCHAR',
    'DOUBLE[]',
    'STRUCT(a BIGINT, b VARCHAR)[]',
    'JSON',
    'UUID',
  ])
    expect(storedType(typeTree(type), 'x').sql).toBe('x')
})
