import { describe, expect, test } from 'vitest'
import { readYaml } from '../../src/spec/index.ts'

const read = (text: string) => readYaml({ path: 'mesh.yaml', text })
const codes = (text: string) => read(text).issues.map(issue => issue.code)

describe('what a document may not do', () => {
  test('an alias bomb of nine levels ends quickly', () => {
    const levels = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (let i = 1; i < 9; i++) {
      const [before, name] = ['abcdefghi'[i - 1]!, 'abcdefghi'[i]!]
      levels.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`)
    }
    const started = performance.now()
    expect(codes(levels.join('\n'))).toEqual(['document.aliases'])
    expect(performance.now() - started).toBeLessThan(1000)
  })

  test('an alias within itself', () => expect(codes('a: &a [*a]')).toEqual(['document.aliases']))
  test('ten thousand levels, in flow and in block', () => {
    expect(codes(`a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toEqual(['document.too-deep'])
    expect(codes(Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'))).toEqual([
      'document.too-deep',
    ])
  })
  test('more bytes than are read', () => expect(codes(`a: ${'x'.repeat(5_000_001)}`)).toEqual(['document.too-large']))
  test('one key twice', () => expect(codes('a: 1\nb:\n  c: 1\n  c: 2\n')).toEqual(['document.duplicate-key']))
  test('very many keys are compared quickly', () => {
    const started = performance.now()
    read(Array.from({ length: 60_000 }, (_, i) => `k${i}: ${i}`).join('\n'))
    expect(performance.now() - started).toBeLessThan(12_000)
  })
  test.each(['__proto__', 'constructor', 'prototype'])('the key %s, and no prototype changes', key => {
    const { issues, value } = read(`a:\n  ${key}: {polluted: true}\n`)
    expect(issues.map(issue => issue.code)).toEqual(['document.hostile-key'])
    expect(value).toEqual({ a: {} })
    expect(({} as { polluted?: true }).polluted).toBeUndefined()
  })
  test('several documents in one file', () => expect(codes('a: 1\n---\nb: 2\n')).toEqual(['document.several']))
  test('unknown tags', () => expect(codes('a: !!js/function x\n')).toEqual(['document.tag']))
  test('keys that are no text', () => expect(codes('1: a\n')).toEqual(['document.key']))
  test('nothing at all', () => expect(codes('# only a comment\n')).toEqual(['document.empty']))
  test('a tab as indentation, at its place', () => {
    const [issue] = read('a:\n\tb: 1\n').issues
    expect(issue).toMatchObject({ code: 'document.syntax', line: 2, column: 1 })
  })
})

test('YAML 1.2: dates, clock times and NO are text; what is a number keeps its source', () => {
  const document = read('a: 2001-01-01\nb: 1:30:00\nc: NO\nd: 1.10\ne: 12345678901234567890.5\n')
  expect(document.value).toMatchObject({ a: '2001-01-01', b: '1:30:00', c: 'NO', d: 1.1 })
  expect(document.sourceAt(['d'])).toBe('1.10')
  expect(document.sourceAt(['e'])).toBe('12345678901234567890.5')
})
