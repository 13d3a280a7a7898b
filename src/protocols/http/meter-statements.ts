import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { EngineLoad } from '../../query/index.ts'
import type { MeteredRooms } from './metered-rooms.ts'

/** Statements by how they ended, and the engine's processes. Labels are words of ours, of which there are few. */
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
    help: 'Statements that ran on a copy of what their asker may see.',
    registers,
  })
  const again = new Counter({
    name: 'meshwright_statements_again_total',
    help: 'Statements that failed on views and ran again on copies.',
    registers,
  })
  const truncated = new Counter({
    name: 'meshwright_answers_truncated_total',
    help: 'Answers that were cut at a limit of rows.',
    registers,
  })
  const brokenOff = new Counter({
    name: 'meshwright_answers_broken_off_total',
    help: 'Answers whose statement failed when they had begun.',
    registers,
  })
  gateway.watch?.(end => {
    statements.labels(end.outcome).observe(end.seconds)
    if (end.on === 'copies') copies.inc()
    if (end.again) again.inc()
    if (end.truncated) truncated.inc()
    if (end.brokeOff) brokenOff.inc()
  })

  const load = (): EngineLoad => gateway.load?.() ?? idle
  gauge('meshwright_statements_waiting', 'Statements that wait for a process of the engine.', () => load().waiting)
  gauge('meshwright_statements_running', 'Statements that have a process of the engine.', () => load().running)
  total('meshwright_workers_started_total', 'Processes of the engine that were started.', () => load().workersStarted)
  total(
    'meshwright_workers_ended_total',
    'Processes of the engine that ended or were killed.',
    () => load().workersEnded,
  )

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

  /** The engine counts by itself: what it counts is taken over as it is. */
  function total(name: string, help: string, read: () => number): void {
    registry.registerMetric(
      new Counter({
        name,
        help,
        registers: [],
        collect() {
          this.reset()
          this.inc(read())
        },
      }),
    )
  }
}

const idle: EngineLoad = { waiting: 0, running: 0, workersStarted: 0, workersEnded: 0 }
