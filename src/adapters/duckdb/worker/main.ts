/** A worker: one process, one task at a time, told by frames on its third pipe. It ends with the server. */
import { Socket } from 'node:net'
import { frameReader } from '../frames.ts'
import type { FromWorker, ToWorker } from '../messages.ts'
import { WorkerFailure } from './failure.ts'
import { limitAddressSpace } from './address-space.ts'
import { yieldToServer } from './priority.ts'
import { confine } from './landlock.ts'
import { pipeSink, pipeWriter } from './pipe-sink.ts'
import { engineQuoting } from './read-now.ts'
import { createTasks } from './tasks.ts'

const pipe = new Socket({ fd: 3 })
const writer = pipeWriter(pipe)
const say = (message: FromWorker): void => writer.say(message)
// Asked of a database that is closed again, with no thread of its own: from now on the engine is loaded and opens fast.
const tasks = createTasks(engineQuoting())
const read = frameReader()

pipe.on('data', (bytes: Buffer) => {
  for (const frame of read(bytes)) if (frame.kind === 'message') void receive(frame.value as ToWorker)
})
// The server is gone: nobody wants an answer any more.
pipe.on('close', () => process.exit(0))
pipe.on('error', () => process.exit(0))
say({ t: 'ready' })

async function receive(message: ToWorker): Promise<void> {
  if (message.t === 'cancel') return tasks.cancel(message.id)
  if (message.t === 'confine') {
    await yieldToServer()
    say({ t: 'confined', addressSpace: limitAddressSpace(message.addressSpaceMb), landlock: await confine(message) })
    return
  }
  const { id } = message
  try {
    const value = await tasks.perform(
      message,
      pipeSink(writer, columns => say({ t: 'head', id, columns })),
    )
    say({ t: 'end', id, value })
  } catch (thrown) {
    say({ t: 'failed', id, ...failure(thrown) })
  }
}

function failure(thrown: unknown) {
  if (thrown instanceof WorkerFailure) return thrown.failure
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return { kind: 'internal' as const, message, engineClass: '' }
}
