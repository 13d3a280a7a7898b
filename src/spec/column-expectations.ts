import type { Expectation } from '../mesh/index.ts'
import type { Path } from './document-place.ts'
import { listOf, mapsOf, textOf, type Plain } from './plain.ts'
import { expectationsOf } from './quality.ts'
import type { Reporter } from './reporter.ts'

/** What a property and its members promise beyond their types: quality rules, and `enum` as a rule of its own. */
export function columnExpectations(property: Plain, path: Path, report: Reporter, within = ''): readonly Expectation[] {
  const name = `${within}${textOf(property.name) ?? ''}`
  const rules = listOf(property.quality).flatMap((rule, i) =>
    expectationsOf(rule, { path: [...path, 'quality', i], report, column: name }),
  )
  const members = listOf(property.properties).flatMap((member, i) =>
    columnExpectations(member, [...path, 'properties', i], report, `${name}.`),
  )
  const values = listOf(property.enum).map(entry => entry.value)
  if (values.length > 0) rules.push(enumExpectation(name, values))
  if (listOf(mapsOf(property.items).quality).length > 0) {
    const message = `The quality rules of the items of ${name} are not checked.`
    report.warning('quality.items', [...path, 'items', 'quality'], message, 'Write a rule of type sql at the table.')
  }
  return [...rules, ...members]
}

const enumExpectation = (column: string, values: readonly unknown[]): Expectation => ({
  id: `${column}.enum`,
  severity: 'error',
  column,
  rule: {
    kind: 'library',
    metric: 'invalidValues',
    unit: 'rows',
    comparison: { op: '=', value: '0' },
    arguments: { validValues: values.filter(isScalar) },
  },
})

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
