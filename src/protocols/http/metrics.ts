import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { meterMesh } from './meter-mesh.ts'
import { meterStatements } from './meter-statements.ts'
import type { MeteredRooms } from './metered-rooms.ts'

export interface Metrics {
  /** `route` is a template of ours, never text of a client. */
  observe(route: string, status: number, seconds: number): void
  underWay(change: 1 | -1): void
  readonly contentType: string
  text(): Promise<string>
}

/** Numbers for Prometheus: how many, how long, how it ended. Never who, and never a name of the mesh. */
export function openMetrics(rooms: MeteredRooms): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'meshwright_' })
  const requests = new Histogram({
    name: 'meshwright_http_request_seconds',
    help: 'Time until a response was sent, by route and status.',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  })
  const refusals = new Counter({
    name: 'meshwright_http_refusals_total',
    help: 'Responses of status 400 and above, by status.',
    labelNames: ['status'],
    registers: [registry],
  })
  const underWay = new Gauge({
    name: 'meshwright_http_requests_under_way',
    help: 'Requests that are being answered.',
    registers: [registry],
  })
  meterStatements(registry, rooms)
  meterMesh(registry, rooms)
  return {
    observe(route, status, seconds) {
      requests.labels(route, String(status)).observe(seconds)
      if (status >= 400) refusals.labels(String(status)).inc()
    },
    underWay: change => underWay.inc(change),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}
