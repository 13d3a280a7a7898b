import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { checkDocument, readWorkspace, withoutSurroundings } from '../../src/spec/index.ts'

const heads = {
  'mesh.yaml': { apiVersion: 'meshwright/v1', kind: 'Mesh', id: 'm' },
  'domain.yaml': { apiVersion: 'meshwright/v1', kind: 'Domain', id: 'd', team: 't' },
  'build.yaml': { apiVersion: 'meshwright/v1', kind: 'Build' },
  'p.policy.yaml': { apiVersion: 'meshwright/v1', kind: 'Policy', id: 'p', team: 't' },
  't.odcs.yaml': { apiVersion: 'v3.2.0', kind: 'DataContract', id: 'd.t', version: '1.0.0', status: 'active' },
  't.odps.yaml': { apiVersion: 'v1.1.0', kind: 'DataProduct', id: 'd.t', status: 'active' },
} as const

const words =
  'schema properties name quality logicalType string relationships to from a.b items map inputs outputs path source file table d.t ' +
  't classes id approve people onQuery mask outputPorts contractId team servers type local physicalType mustBe metric rowCount sql query'
const word = fc.constantFrom(...words.split(' '))
const value: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  node: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.constantFrom(null, true, 0, -1, 1.5, '', '1.10'),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(word, tie('node'), { maxKeys: 4 }),
  ),
})).node

test('whatever documents say, reading ends with issues at places, never with an exception', () => {
  const documents = fc.record(
    Object.fromEntries(Object.keys(heads).map(path => [path, fc.dictionary(word, value, { maxKeys: 4 })])),
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(documents, bodies => {
      const files = Object.entries(bodies).map(([path, body]) => ({
        path,
        text: stringify({ ...heads[path as keyof typeof heads], ...(body as object) }),
      }))
      const { issues } = readWorkspace(files, [], withoutSurroundings)
      for (const issue of issues) {
        expect(issue.file).toBeTypeOf('string')
        expect(issue.line).toBeGreaterThan(0)
        expect(issue.column).toBeGreaterThan(0)
        expect(issue.message).toMatch(/[.?!]$/)
      }
    }),
    { numRuns: 400 },
  )
})

test('whatever a text is, one document is read or refused', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(heads)),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      (path, text) => {
        expect(checkDocument({ path, text }).length).toBeGreaterThan(0)
      },
    ),
  )
})
