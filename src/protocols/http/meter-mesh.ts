import { Gauge, type Registry } from 'prom-client'
import type { MeteredRooms } from './metered-rooms.ts'

/** So many of the newest runs are counted by state. */
const runsMax = 1000

/** What the ledger and the runs came to. */
export function meterMesh(registry: Registry, { control, runs }: Pick<MeteredRooms, 'control' | 'runs'>): void {
  registry.registerMetric(
    new Gauge({
      name: 'meshwright_ledger_entries',
      help: 'Entries of the ledger.',
      registers: [],
      collect() {
        this.set(control.state().seq)
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: 'meshwright_runs',
      help: `The newest ${runsMax} runs, by state.`,
      labelNames: ['state'],
      registers: [],
      async collect() {
        this.reset()
        for (const { state } of await runs.list({ limit: runsMax })) this.labels(state).inc()
      },
    }),
  )
}
