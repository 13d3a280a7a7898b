import { openClient } from './kit/client.ts'
import { median, sorted } from './kit/measure.ts'
import { startProduct } from './kit/product.ts'
import { report, shown } from './kit/report.ts'

/** How long from a command to a server, to a governed answer, and to the whole sample mesh? */
const starts: number[] = []
for (let i = 0; i < 5; i++) {
  const product = await startProduct()
  starts.push(product.readyMs)
  await product.stop()
}

const began = performance.now()
const product = await startProduct({}, ['--demo'])
const client = openClient(product.url, product.token)
try {
  const first = await firstGoverned()
  const whole = await demoLoaded()
  const worked = product.processorMs()
  report('From the command to the answer', [
    {
      what: 'up, until it serves',
      value: median(sorted(starts)),
      unit: 'ms',
      limit: { most: 1500 },
      note: `least ${shown(Math.min(...starts))} ms`,
    },
    { what: 'up --demo, until the first governed rows', value: first / 1000, unit: 's', limit: { most: 5 } },
    {
      what: 'up --demo, until everything is there',
      value: whole / 1000,
      unit: 's',
      limit: { most: 30 },
      note: `${shown(worked / 1000)} s of processors`,
    },
  ])
} finally {
  client.close()
  await product.stop()
}

/** The first table of the sample mesh that is open to everybody. */
async function firstGoverned(): Promise<number> {
  for (;;) {
    const rows = await client
      .json<{ rows: unknown[] }>('POST', '/api/v1/query', { sql: 'select * from network.airports limit 5' })
      .then(answer => answer.rows.length)
      .catch(() => 0)
    if (rows > 0) return performance.now() - began
    await pause()
  }
}

async function demoLoaded(): Promise<number> {
  for (;;) {
    const { state, problem } = await client.json<{ state: string; problem?: string }>('GET', '/api/v1/demo')
    if (state === 'loaded') return performance.now() - began
    if (state === 'failed') throw new Error(problem)
    await pause()
  }
}

function pause(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 25))
}
