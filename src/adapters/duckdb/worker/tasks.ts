import { unreachable } from '../../../base/index.ts'
import type { InstanceSpec, Task } from '../messages.ts'
import { answerParquet } from './answer-parquet.ts'
import { answerRows, type Sink } from './answer-rows.ts'
import type { QuoteField } from './duck-type.ts'
import { WorkerFailure } from './failure.ts'
import { openInstance, type Instance } from './instance.ts'
import { keep } from '../kept.ts'
import { duckdb, type Pointer } from './library.ts'
import { bindStatement, parseStatement, withConnection } from './parse-and-bind.ts'
import { openShop, type Shop } from './shop.ts'
import { openTwin, twinKey, type Twin } from './twin.ts'

export interface Tasks {
  /** Does a task; the value is what its `end` carries. */
  perform(task: Task & { readonly id: number }, sink: Sink): Promise<unknown>
  /** Interrupts the task if it is under way. */
  cancel(id: number): void
}

const instancesMax = 32
const twinsMax = 32
const twinMemoryMb = 256

export function createTasks(quote: QuoteField): Tasks {
  const instances = keep<Instance>(instancesMax, 256 * 1024 * 1024, instance => instance.close())
  const twins = keep<Twin>(twinsMax, Infinity, twin => twin.close())
  const state: { id?: number; connection?: Pointer | undefined; cancelled?: number } = {}
  let shop: Shop | undefined

  const interruptible = (connection: Pointer | undefined): void => {
    state.connection = connection
    if (state.cancelled === state.id)
      throw new WorkerFailure({ kind: 'cancelled', message: 'The statement was cancelled.', engineClass: '' })
  }

  async function instanceOf(spec: InstanceSpec): Promise<Instance> {
    const known = instances.get(spec.key)
    if (known) return known
    const made = await openInstance(spec, interruptible)
    instances.put(spec.key, made, made.copyBytes)
    return made
  }

  async function twinOf(tables: (Task & { t: 'bind' })['tables']): Promise<Twin> {
    const key = twinKey(tables)
    const known = twins.get(key)
    if (known) return known
    const made = await openTwin(tables, twinMemoryMb)
    twins.put(key, made, 0)
    return made
  }

  async function answer(task: Task, sink: Sink): Promise<unknown> {
    switch (task.t) {
      case 'parse': {
        const twin = await twinOf([])
        return withConnection(twin.database.handle, interruptible, connection =>
          parseStatement(twin, connection, task.sql),
        )
      }
      case 'bind': {
        const twin = await twinOf(task.tables)
        return withConnection(twin.database.handle, interruptible, connection =>
          bindStatement(twin, connection, task, quote),
        )
      }
      case 'run': {
        const instance = await instanceOf(task.instance)
        if (task.format !== 'parquet') return answerRows(instance, task, quote, sink, interruptible)
        return withConnection(instance.database.handle, interruptible, connection =>
          answerParquet(instance, connection, task, quote, sink),
        )
      }
      case 'open':
        shop = openShop(task, quote)
        return null
      case 'execute':
      case 'describe':
      case 'lock':
        if (!shop) throw new Error('No workshop is open.')
        interruptible(shop.connection)
        return shop.perform(task)
      default:
        return unreachable(task)
    }
  }

  return {
    async perform(task, sink) {
      state.id = task.id
      try {
        return await answer(task, sink)
      } catch (thrown) {
        const kind = thrown instanceof WorkerFailure ? thrown.failure.kind : 'internal'
        // Memory that idle instances hold is the first to give; after a fault of the engine none can be trusted.
        if (kind === 'memory' || kind === 'internal') instances.clear()
        if (kind === 'internal') twins.clear()
        throw thrown
      } finally {
        delete state.id
        state.connection = undefined
      }
    },
    cancel(id) {
      state.cancelled = id
      if (state.id === id && state.connection !== undefined) duckdb.interrupt(state.connection)
    },
  }
}
