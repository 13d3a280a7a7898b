import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { EngineLoad } from '../../query/index.ts'
import type { MeteredRooms } from './metered-rooms.ts'

/**
 * Statements by how they ended, and how busy the engine is. Labels are words of ours, of which there are few. Anybody on
 * the machine may read this, so nothing is counted that a hidden row could move: not what failed and was made good, nor
 * which processes died of it.
 */
export function meterStatements(registry: Registry, { gateway }: Pick<MeteredRooms, 'gateway'>): void {
  const registers = [registry]
  const statements = new Histogram({
    name: 'meshwright_statement_seconds',
    help: 'Time from a statement to the end of its answer, by outcome: ok, or the family of the code.',
    labelNames: ['outcome'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  })
  const copies = new Counter({
    name: 'meshwright_statements_on_copies_total',
    help: 'Statements that were planned on a copy of what their asker may see.',
    registers,
  })
  const truncated = new Counter({
    name: 'meshwright_answers_truncated_total',
    help: 'Answers that were cut at a limit of rows.',
    registers,
  })
  gateway.watch?.(end => {
    statements.labels(end.outcome).observe(end.seconds)
    if (end.on === 'copies') copies.inc()
    if (end.truncated) truncated.inc()
  })

  const load = (): EngineLoad => gateway.load?.() ?? idle
  gauge('meshwright_statements_waiting', 'Statements that wait for a process of the engine.', () => load().waiting)
  gauge('meshwright_statements_running', 'Statements that have a process of the engine.', () => load().running)

  function gauge(name: string, help: string, read: () => number): void {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read())
        },
      }),
    )
  }
}

const idle: EngineLoad = { waiting: 0, running: 0 }
