import { spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EngineError } from '../../query/needs.ts'
import { frameReader, messageFrame, type Frame } from './frames.ts'
import type { Confined, FromWorker, ToWorker } from './messages.ts'
import { workerMessage } from './worker-message.ts'
import { watchMemory } from './watch-memory.ts'

/** One process that runs the engine. It is told one task at a time; if it dies it takes nothing else with it. */
export interface WorkerProcess {
  readonly pid: number
  /** Its own folder, gone when it ends. */
  readonly temp: string
  readonly exited: Promise<WorkerExit>
  readonly alive: () => boolean
  send(message: ToWorker): void
  /** All frames go to one listener; a frame that makes no sense ends the process. */
  listen(listener: (frame: WorkerFrame) => void): void
  /** Stops reading, which stops the worker's writing, and goes on. */
  pause(): void
  resume(): void
  kill(): void
  /** Gives up files, network and memory, for good. */
  confine(rights: Rights): Promise<Confined>
}

export type WorkerFrame = { readonly kind: 'message'; readonly value: FromWorker } | (Frame & { readonly kind: 'data' })

export interface Rights {
  readonly read: readonly string[]
  readonly write: readonly string[]
  readonly memoryMb: number
}

export interface WorkerExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The end of what it wrote to its error output. */
  readonly lastWords: string
  readonly outgrew: boolean
}

/** From the sources the built worker is run: Node 20 runs no TypeScript. */
const entry = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/adapters/duckdb/worker/main.js' : './worker/main.js',
    import.meta.url,
  ),
)
/** Beyond the engine's memory limit: results on their way, the stacks of threads, what the limit does not count. */
const headroomMb = 700
const startMsMax = 30_000
const lastWordsMax = 4_000

let started = 0

/** Resolves when the process can be told something. */
export async function startWorker(scratch: string): Promise<WorkerProcess> {
  const temp = join(scratch, `worker-${process.pid}-${++started}`)
  mkdirSync(temp, { recursive: true, mode: 0o700 })
  const child = spawn(process.execPath, ['--max-old-space-size=512', entry], {
    cwd: temp,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: workerEnvironment(temp),
    windowsHide: true,
  })
  const pipe = child.stdio[3] as Socket
  let lastWords = ''
  let outgrew = false
  let gone = false
  let listener: (frame: WorkerFrame) => void = () => undefined
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (lastWords = (lastWords + text).slice(-lastWordsMax)))
  const exited = new Promise<WorkerExit>(resolve => {
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      gone = true
      stopWatching()
      pipe.destroy()
      rmSync(temp, { recursive: true, force: true })
      resolve({ code, signal, lastWords, outgrew })
    }
    child.on('exit', end)
    child.on('error', problem => {
      lastWords += problem.message
      end(null, null)
    })
  })
  const kill = () => {
    // Who waits for the end of a worker waits in a process that may have nothing else to do.
    child.ref()
    child.kill('SIGKILL')
  }
  let stopWatching: () => void = () => undefined
  const read = frameReader()
  pipe.on('data', (bytes: Buffer) => {
    try {
      for (const frame of read(bytes)) listener(understood(frame))
    } catch (problem) {
      lastWords += String(problem)
      kill()
    }
  })
  // What a dying process leaves unread is told by `exited`.
  pipe.on('error', () => undefined)

  const worker: WorkerProcess = {
    pid: child.pid ?? 0,
    temp,
    exited,
    alive: () => !gone,
    send(message) {
      if (!gone) pipe.write(messageFrame(message))
    },
    listen(next) {
      listener = next
    },
    pause: () => void pipe.pause(),
    resume: () => void pipe.resume(),
    kill,
    async confine({ read, write, memoryMb }) {
      const answer = firstMessage(worker, 'confined')
      worker.send({ t: 'confine', read, write: [...write, temp], addressSpaceMb: memoryMb + headroomMb })
      const confined = await answer
      if (!confined.addressSpace) {
        stopWatching = watchMemory(worker.pid, memoryMb + headroomMb, () => {
          outgrew = true
          kill()
        })
      }
      return confined
    },
  }
  // An idle worker keeps nobody alive: it ends when its pipe closes.
  child.unref()
  pipe.unref()
  ;(child.stderr as Socket).unref()
  await firstMessage(worker, 'ready')
  return worker
}

/** Nothing of the server's environment: no secret, no path, no option of Node. One thread is what Landlock can confine. */
const workerEnvironment = (temp: string): NodeJS.ProcessEnv => ({
  UV_THREADPOOL_SIZE: '1',
  MALLOC_ARENA_MAX: '4',
  TZ: 'UTC',
  MESHWRIGHT_WORKER_TEMP: temp,
  ...(process.env['SystemRoot'] === undefined ? {} : { SystemRoot: process.env['SystemRoot'] }),
})

function firstMessage<T extends 'ready' | 'confined'>(worker: WorkerProcess, t: T): Promise<FromWorker & { t: T }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => worker.kill(), startMsMax)
    worker.listen(frame => {
      if (frame.kind !== 'message' || frame.value.t !== t) return
      clearTimeout(timer)
      worker.listen(() => undefined)
      resolve(frame.value as FromWorker & { t: T })
    })
    const failed = ({ code, signal, lastWords }: WorkerExit) => {
      clearTimeout(timer)
      const why = lastWords.trim() || `code ${code}, signal ${signal}`
      reject(new EngineError('crashed', `A worker of the engine ended before it was ready: ${why}`))
    }
    void worker.exited.then(failed)
  })
}

const understood = (frame: Frame): WorkerFrame =>
  frame.kind === 'data' ? frame : { kind: 'message', value: workerMessage(frame.value) }
