import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { basename, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseContract, readContract } from '../../src/spec/parse-contract.ts'
import { readProduct } from '../../src/spec/parse-product.ts'
import { reporterOf } from '../../src/spec/reporter.ts'
import { readYaml } from '../../src/spec/yaml-document.ts'

/** The official examples and counter-examples of the standards, where they lie beside the clone. */
const folder = fileURLToPath(new URL('../../../shared/standards', import.meta.url))
const present = existsSync(folder)
const files = (under: string) =>
  present
    ? readdirSync(`${folder}/${under}`, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.yaml'))
        .map(name => `${folder}/${under}/${name}`)
        .sort()
    : []
const reportOf = (path: string) =>
  reporterOf(readYaml({ path: relative(folder, path), text: readFileSync(path, 'utf8') }))

describe.skipIf(!present)('official ODCS examples (skipped where the standards are not beside the clone)', () => {
  test.each(files('ODCS/examples'))('%s is accepted', path => {
    const report = reportOf(path)
    expect(readContract(report)).toBeDefined()
    expect(report.issues.filter(issue => issue.severity === 'error')).toEqual([])
  })

  test('all of them were found', () => expect(files('ODCS/examples')).toHaveLength(39))

  test('their tables can be read, where they have any', () => {
    const wrong = files('ODCS/examples').flatMap(path => {
      const report = reportOf(path)
      parseContract(report, undefined)
      return report.issues.filter(issue => issue.severity === 'error')
    })
    // What the standard allows and a mesh cannot serve.
    const allowed = [
      'contract.no-tables',
      'table.no-columns',
      'relationship.from',
      'quality.operators',
      'contract.local-server',
    ]
    expect(wrong.filter(issue => !allowed.includes(issue.code))).toEqual([])
  })
})

describe.skipIf(!present)('official ODPS examples', () => {
  test.each(files('ODPS/examples'))('%s is accepted', path => {
    const report = reportOf(path)
    expect(readProduct(report)).toBeDefined()
    expect(report.issues.filter(issue => issue.severity === 'error')).toEqual([])
  })

  test('all of them were found', () => expect(files('ODPS/examples')).toHaveLength(2))
})

const property = 'schema[0].properties[0]'
const refusals: Readonly<Record<string, readonly [code: string, path: string]>> = {
  'enum-duplicate-values': ['document.repeated', `${property}.enum[1]`],
  'enum-empty': ['document.length', `${property}.enum`],
  'enum-missing-value': ['document.missing-key', `${property}.enum[0].value`],
  'invalid-api-version': ['document.version', 'apiVersion'],
  'invalid-quality-dimension': ['document.value', `${property}.quality[0].dimension`],
  'invalid-quality-type': ['document.value', `${property}.quality[0].type`],
  'map-missing-block': ['document.missing-key', `${property}.map`],
  'map-missing-key': ['document.missing-key', `${property}.map.key`],
  'map-missing-value': ['document.missing-key', `${property}.map.value`],
  'quality-element-field': ['document.unknown-key', `${property}.quality[0].element`],
  'quality-multiple-operators': ['quality.operators', `${property}.quality[0]`],
  'quality-mustbebetween-wrong-size': ['document.length', 'schema[0].quality[0].mustBeBetween'],
  'quality-sql-missing-query': ['document.missing-key', `${property}.quality[0].query`],
  'relationship-property-level-with-from': ['relationship.from', `${property}.relationships[0].from`],
  'schema-property-missing-name': ['document.missing-key', `${property}.name`],
  'server-invalid-type': ['document.value', 'servers[0].type'],
  'server-missing-conditional-fields': ['document.missing-key', 'servers[0].schema'],
  'sla-missing-required-value': ['document.missing-key', 'slaProperties[0].value'],
  'synonym-missing-term': ['document.missing-key', `${property}.synonyms[0].synonym`],
}

describe.skipIf(!present)('official ODCS counter-examples', () => {
  const all = files('ODCS/negative-tests')

  test('each has its expectation', () =>
    expect(all.map(path => basename(path, '.odcs.yaml'))).toEqual(Object.keys(refusals).sort()))

  test.each(all)('%s is refused for the right reason', path => {
    const report = reportOf(path)
    expect(readContract(report)).toBeUndefined()
    const errors = report.issues.filter(issue => issue.severity === 'error').map(issue => [issue.code, issue.path])
    expect(errors).toContainEqual(refusals[basename(path, '.odcs.yaml')])
  })
})
