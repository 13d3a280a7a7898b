import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MeshError } from '../../src/base/index.ts'
import { readConfig } from '../../src/server/configuration.ts'

const homeWith = (text?: string) => {
  const home = mkdtempSync(join(tmpdir(), 'meshwright-config-'))
  if (text !== undefined) writeFileSync(join(home, 'meshwright.yaml'), text)
  return home
}

const refusal = (text: string | undefined, env: Record<string, string> = {}): MeshError => {
  try {
    readConfig(homeWith(text), env)
  } catch (thrown) {
    if (thrown instanceof MeshError) return thrown
    throw thrown
  }
  throw new Error('it was accepted')
}

test('has a default for everything, and is frozen', () => {
  const config = readConfig(homeWith(), {})
  expect(config).toMatchObject({ host: '127.0.0.1', port: 7400, logLevel: 'info' })
  expect(Object.isFrozen(config)).toBe(true)
})

test('what a person at a terminal gets instead of a default gives way to everything that is written', () => {
  const quiet = { logLevel: 'warn' } as const
  expect(readConfig(homeWith(), {}, {}, quiet).logLevel).toBe('warn')
  expect(readConfig(homeWith('log: {level: info}'), {}, {}, quiet).logLevel).toBe('info')
  expect(readConfig(homeWith(), { MESHWRIGHT_LOG_LEVEL: 'debug' }, {}, quiet).logLevel).toBe('debug')
})

test('the command line goes before the environment, and that before the file', () => {
  const home = homeWith('http: {port: 1000, host: 10.0.0.1}\nlog.level: debug\n')
  expect(readConfig(home, {})).toMatchObject({ port: 1000, host: '10.0.0.1', logLevel: 'debug' })
  expect(readConfig(home, { MESHWRIGHT_PORT: '2000', MESHWRIGHT_HOST: '' })).toMatchObject({
    port: 2000,
    host: '10.0.0.1',
  })
  expect(readConfig(home, { MESHWRIGHT_PORT: '2000' }, { port: 0 }).port).toBe(0)
})

test('every problem is told at once, each at its place', () => {
  const error = refusal('http:\n  prot: 1\n  port: many\nquery:\n  workers: 0\n', { MESHWRIGHT_LOG_LEVEL: 'loud' })
  expect(error.code).toBe('usage.invalid')
  expect(error.details.issues?.map(({ code, line, path }) => ({ code, line, path }))).toEqual([
    { code: 'configuration.unknown-key', line: 2, path: 'http.prot' },
    { code: 'configuration.value', line: 3, path: 'http.port' },
    { code: 'configuration.value', line: undefined, path: 'MESHWRIGHT_LOG_LEVEL' },
    { code: 'configuration.value', line: 5, path: 'query.workers' },
  ])
  expect(error.details.issues?.[0]?.fix).toBe('Did you mean http.port?')
})

test.each([
  ['- a\n', 'a map'],
  ['http: {url: "ftp://x"}\n', 'http.url'],
  ['http: {tls: {key: /k.pem}}\n', 'both a key and a certificate'],
  ['sources: {folders: [relative]}\n', 'absolute paths'],
  ['http: {port: 70000}\n', 'http.port'],
])('%j is refused', (text, told) => {
  expect(JSON.stringify(refusal(text).details.issues)).toContain(told)
})
