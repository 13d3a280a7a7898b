import { expect, test } from 'vitest'
import { openLog } from '../../src/server/log.ts'

test('one event is one line, and secrets are not in it', () => {
  const lines: string[] = []
  const log = openLog({ logLevel: 'info' }, line => lines.push(line))
  log('info', 'signed\nin', {
    who: 'o\n{"level":"error"}\u001b[2J',
    token: 'mw_secret',
    request: { authorization: 'Bearer x' },
  })
  log('debug', 'not said', {})
  expect(lines).toHaveLength(1)
  expect(lines[0]!.indexOf('\n')).toBe(lines[0]!.length - 1)
  expect(lines[0]).not.toContain('\u001b')
  expect(lines[0]).not.toContain('mw_secret')
  expect(lines[0]).not.toContain('Bearer x')
})
