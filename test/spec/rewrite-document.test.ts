import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { rewriteDocument } from '../../src/spec/index.ts'

const contract = `# about flights
apiVersion: v3.1.0   # the lowest
kind: DataContract
id: 'flights.punctuality'
x-ours: "kept"

version: 1.0.0
schema:
  - name: punctuality   # one
    properties:
      - {name: flight_date, logicalType: date}
      - name: late15
        tags: [a, b]
  # the end
`

describe('a rewritten document', () => {
  test.each([
    ['sets a text and keeps its quotes', ['id'], 'flights.x', "id: 'flights.x'\n"],
    ['sets a version and keeps the comment', ['apiVersion'], 'v3.2.0', 'apiVersion: v3.2.0   # the lowest\n'],
    ['quotes what would be a number', ['version'], '1.10', "version: '1.10'\n"],
    [
      'sets within a flow map',
      ['schema', 0, 'properties', 0, 'logicalType'],
      'string',
      '{name: flight_date, logicalType: string}\n',
    ],
    [
      'adds to a flow map',
      ['schema', 0, 'properties', 0, 'required'],
      true,
      '{name: flight_date, logicalType: date, required: true}\n',
    ],
    ['adds to a flow list', ['schema', 0, 'properties', 1, 'tags', 2], 'c', 'tags: [a, b, c]\n'],
    [
      'adds to a map in a list',
      ['schema', 0, 'properties', 1, 'classification'],
      'public',
      '        tags: [a, b]\n        classification: public\n',
    ],
    ['adds a block at the top', ['support'], [{ channel: 'x' }], 'support:\n  - channel: x\n'],
  ] as const)('%s', (_, path, value, expected) => {
    const rewritten = rewriteDocument(contract, [{ path: [...path], value }])
    expect(rewritten).toContain(expected)
    const lines = (text: string) => text.split('\n')
    const lost = lines(contract).filter(line => !lines(rewritten).includes(line))
    expect(lost.length).toBeLessThanOrEqual(1)
    expect((rewritten.match(/#/g) ?? []).length).toBe(4)
  })

  test('removes a key with its line and nothing else', () => {
    expect(rewriteDocument(contract, [{ path: ['x-ours'], value: undefined }])).toBe(
      contract.replace('x-ours: "kept"\n', ''),
    )
  })

  test('without edits, and with edits that change nothing, has the same bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), value => {
        const document = { root: value, b: { c: [1, 'two'] } }
        const text = `# head\n${stringify(document)}# tail\n`
        expect(rewriteDocument(text, [])).toBe(text)
        expect(rewriteDocument(text, [{ path: ['b', 'c', 1], value: 'two' }])).toBe(text)
      }),
    )
  })

  test('always means what was asked, whatever the values and styles', () => {
    const key = fc.constantFrom('a', 'b', 'c')
    const value = fc.jsonValue({ maxDepth: 2 })
    fc.assert(
      fc.property(fc.dictionary(key, value), key, value, fc.boolean(), (map, name, wanted, flow) => {
        const document = { first: 'kept', map, last: ['x'] }
        const text = stringify(document, flow ? { collectionStyle: 'flow' } : {})
        const rewritten = rewriteDocument(text, [{ path: ['map', name], value: wanted }])
        expect(parse(rewritten)).toEqual(parse(stringify({ ...document, map: { ...map, [name]: wanted } })))
      }),
      { numRuns: 300 },
    )
  })
})
