import { expect, test } from 'vitest'
import { readYaml } from '../../src/spec/index.ts'

/** Each text holds a `?` where the value of `k` does: its place in the text is what is asked for. */
test.each([
  ['plain', 'k: a.b == ?\n'],
  ['plain in a flow map', 'x: 1\nm: {z: 1, k: a ? b}\n'],
  ['single quotes', "k: 'it''s a ''?'' here'\n"],
  ['double quotes', 'k: "a \\"quoted\\" \\u00e9 \\x41 ?"\n'],
  ['an anchor before', "k: &here 'a ? b'\n"],
  ['a block', 'k: |\n  first\n\n    second ?\n  third\n'],
  ['a block with a comment in its head', 'k: |- # why\n  first\n  ? here\n'],
])('%s', (_, text) => {
  const document = readYaml({ path: 'a.yaml', text })
  const path = text.includes('m:') ? ['m', 'k'] : ['k']
  const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document.value) as string
  const before = text.slice(0, text.indexOf('?'))
  expect(document.placeIn(path, value.indexOf('?'))).toEqual({
    line: before.split('\n').length,
    column: before.length - before.lastIndexOf('\n'),
  })
})

test('folded and many-line texts give their own place', () => {
  const document = readYaml({ path: 'a.yaml', text: 'k: >\n  one\n  two ?\n' })
  expect(document.placeIn(['k'], 8)).toEqual(document.placeOf(['k']))
  const plain = readYaml({ path: 'a.yaml', text: 'k: one\n  two ?\n' })
  expect(plain.placeIn(['k'], 8)).toEqual({ line: 1, column: 4 })
})
