import { availableParallelism } from 'node:os'
import {
  EngineError,
  type Answer,
  type BindRequest,
  type Bound,
  type Engine,
  type RunRequest,
} from '../../query/needs.ts'
import { answerStream } from './answer-stream.ts'
import { instanceSpec } from './instance-spec.ts'
import { wireParam, type Task } from './messages.ts'
import { performTask } from './perform-task.ts'
import { removeRemains } from './remains.ts'
import { textCache } from './text-cache.ts'
import { columnList, number, record } from './worker-message.ts'
import { workerPool, type WorkerPool } from './worker-pool.ts'
import { startWorker, type WorkerProcess } from './worker-process.ts'

export interface DuckDBOptions {
  /** An existing folder for the workers' temporary files. */
  readonly scratch: string
  /** Processes that run statements and are kept ready; default 2. */
  readonly workers?: number
  /** Processes in all while statements wait; default three times `workers`, at least 4. */
  readonly workersMax?: number
  /** Of the engine, for each worker; a statement may have less. Default 1024. */
  readonly memoryMb?: number
  /** Threads of one instance; default: the machine's, at most 4. */
  readonly threads?: number
  /** Folders that workers may read at all, where the kernel can say so (Landlock): the lake. Absent: every file that the statement's own lock admits. */
  readonly readable?: readonly string[]
  readonly waitingMax?: number
  readonly waitingPerOwnerMax?: number
  /** A reader that takes nothing for so long has gone. */
  readonly stalledMsMax?: number
  /** Start workers before the first statement needs one; default true. */
  readonly prewarm?: boolean
}

const parseMsMax = 3_000
const bindMsMax = 10_000
const sqlBytesMax = 1_000_000

/** DuckDB behind process walls: statements run in workers, parsing and binding in others, nothing in this process. */
export async function openDuckDB(options: DuckDBOptions): Promise<Engine> {
  const settings = settled(options)
  removeRemains(options.scratch)
  const confinement = new Set<Engine['capabilities']['confinement'][number]>(['process'])
  const confined = (read: readonly string[]) => async (): Promise<WorkerProcess> => {
    const worker = await startWorker(options.scratch)
    const facts = await worker.confine({ read, write: [], memoryMb: settings.memoryMb })
    if (facts.addressSpace) confinement.add('address-space')
    if (facts.landlock > 0) confinement.add('landlock')
    return worker
  }
  // Binding reads no data: its workers see no file at all.
  const minds = workerPool({
    workers: 1,
    workersMax: 2,
    perOwnerMax: 2,
    waitingMax: 1_000,
    waitingPerOwnerMax: 1_000,
    start: confined([]),
  })
  const hands = workerPool({ ...settings, start: confined(settings.readable) })
  if (settings.prewarm) void hands.warm()
  await minds.warm()
  const trees = textCache<string>(16_000_000)
  const bounds = textCache<Bound>(16_000_000)

  return {
    capabilities: {
      get confinement() {
        return [...confinement]
      },
    },
    async parse(sql) {
      refuseText(sql)
      const known = trees.get(sql)
      if (known !== undefined) return known
      const tree = String(await once(minds, { t: 'parse', sql }, parseMsMax))
      trees.put(sql, tree, sql.length + tree.length)
      return tree
    },
    async bind(request) {
      refuseText(request.sql)
      const task = bindTask(request)
      const key = JSON.stringify(task)
      const known = bounds.get(key)
      if (known !== undefined) return known
      const bound = boundOf(await once(minds, task, bindMsMax))
      bounds.put(key, bound, key.length + (bound.plan?.length ?? 0))
      return bound
    },
    run: request => run(hands, request, settings),
    load: () => hands.load(),
    async close() {
      await Promise.all([minds.close(), hands.close()])
    },
  }
}

function settled(options: DuckDBOptions) {
  const workers = options.workers ?? 2
  const workersMax = Math.max(workers, options.workersMax ?? Math.max(4, workers * 3))
  return {
    workers,
    workersMax,
    // So many are left that somebody else's next statement finds one.
    perOwnerMax: Math.max(1, Math.ceil(workersMax / 2)),
    memoryMb: options.memoryMb ?? 1024,
    threads: options.threads ?? Math.min(4, availableParallelism()),
    readable: options.readable ?? ['/'],
    waitingMax: options.waitingMax ?? 500,
    waitingPerOwnerMax: options.waitingPerOwnerMax ?? 100,
    stalledMsMax: options.stalledMsMax ?? 60_000,
    prewarm: options.prewarm ?? true,
  }
}

/** The engine takes texts that end with a zero byte: what follows one would not be seen. */
function refuseText(sql: string): void {
  if (sql.includes('\0')) throw new EngineError('parse', 'The statement holds a zero character.', 'Parser Error')
  if (Buffer.byteLength(sql) > sqlBytesMax)
    throw new EngineError('parse', `The statement is longer than ${sqlBytesMax} bytes.`, 'Parser Error')
}

async function once(pool: WorkerPool, task: Task, timeMs: number): Promise<unknown> {
  const lease = await pool.acquire({ owner: '' })
  try {
    return await performTask(lease.worker, task, { timeMs }).done
  } finally {
    lease.release()
  }
}

const bindTask = ({ relations, sql, params }: BindRequest): Task => ({
  t: 'bind',
  tables: relations.map(({ schema, name, columns }) => ({
    schema,
    name,
    columns: columns.map(column => ({ name: column.name, type: column.type })),
  })),
  sql,
  params: params.map(wireParam),
})

function boundOf(value: unknown): Bound {
  const { columns, plan } = record(value)
  return { columns: columnList(columns), ...(typeof plan === 'string' ? { plan } : {}) }
}

async function run(pool: WorkerPool, request: RunRequest, settings: ReturnType<typeof settled>): Promise<Answer> {
  refuseText(request.sql)
  const { owner, signal, limits } = request
  const instance = instanceSpec(request, settings)
  const lease = await pool.acquire({ owner, affinity: instance.key, ...(signal ? { signal } : {}) })
  const began = performance.now()
  const stream = answerStream({
    worker: lease.worker,
    performance: () => performed,
    stalledMsMax: settings.stalledMsMax,
  })
  let known: (columns: Bound['columns']) => void = () => undefined
  const head = new Promise<Bound['columns']>(resolve => (known = resolve))
  const performed = performTask(
    lease.worker,
    {
      t: 'run',
      instance,
      sql: request.sql,
      params: request.params.map(wireParam),
      format: request.format,
      rowsMax: limits.rowsMax,
      ...(limits.truncateRows === undefined ? {} : { truncateRows: limits.truncateRows }),
    },
    {
      timeMs: limits.timeMs,
      ...(signal ? { signal } : {}),
      head: columns => known(columns),
      data: bytes => stream.push(bytes),
    },
  )
  const totals = performed.done.then(
    value => {
      stream.end()
      const { rows, truncated } = record(value)
      return {
        rows: number(rows),
        bytes: stream.sizeBytes(),
        truncated: truncated === true,
        elapsedMs: performance.now() - began,
      }
    },
    (problem: EngineError) => {
      stream.end(problem)
      throw problem
    },
  )
  const release = () => lease.release()
  void totals.then(release, release)
  const columns = await Promise.race([head, totals.then(() => head)])
  return { columns, body: stream.body, totals }
}
