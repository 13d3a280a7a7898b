import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Command, Control } from '../../src/control/index.ts'
import { recordQueries } from '../../src/server/record-queries.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function recording() {
  const head = { count: 3, head: 'a'.repeat(64) }
  const commands: Command[] = []
  const logged: string[] = []
  const control = {
    execute(command: Command) {
      commands.push(command)
      return command.kind === 'record-queries' && command.count === 13
        ? Promise.reject(new Error('full disk'))
        : Promise.resolve({ entries: [], result: undefined })
    },
  } as unknown as Control
  const stop = recordQueries(
    control,
    () => ({ ...head }),
    (_level, message) => logged.push(message),
  )
  return { head, commands, logged, stop }
}

test('the ledger learns the head of the query log each minute in which somebody asked, and at the end', async () => {
  const { head, commands, stop } = recording()
  await vi.advanceTimersByTimeAsync(180_000)
  expect(commands).toEqual([])
  head.count = 5
  await vi.advanceTimersByTimeAsync(60_000)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(commands).toEqual([{ kind: 'record-queries', count: 5, head: head.head }])
  head.count = 6
  await stop()
  expect(commands).toHaveLength(2)
})

test('what could not be recorded is said, and tried again', async () => {
  const { head, commands, logged } = recording()
  head.count = 13
  await vi.advanceTimersByTimeAsync(60_000)
  head.count = 14
  await vi.advanceTimersByTimeAsync(60_000)
  expect(logged).toEqual(['the head of the query log could not be recorded'])
  expect(commands).toHaveLength(2)
})
