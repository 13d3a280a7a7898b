import { once } from 'node:events'
import type { Socket } from 'node:net'
import { dataHead, messageFrame } from '../frames.ts'
import type { FromWorker } from '../messages.ts'
import type { Sink } from './answer-rows.ts'

const frameBytesMax = 1024 * 1024

export interface PipeWriter {
  say(message: FromWorker): void
  /** Rows; resolves when the pipe can take more. Who reads slowly slows the engine. */
  data(bytes: Uint8Array): Promise<void>
}

/** What is said in one turn of the loop goes into the pipe in one write: a short answer costs two instead of six. */
export function pipeWriter(pipe: Socket): PipeWriter {
  let gathering = false
  const gather = () => {
    if (gathering) return
    gathering = true
    pipe.cork()
    setImmediate(() => {
      gathering = false
      pipe.uncork()
    })
  }
  return {
    say(message) {
      gather()
      pipe.write(messageFrame(message))
    },
    async data(bytes) {
      for (let at = 0; at < bytes.length; at += frameBytesMax) {
        const part = bytes.subarray(at, at + frameBytesMax)
        gather()
        pipe.write(dataHead(part.length))
        if (!pipe.write(part)) await once(pipe, 'drain')
      }
    },
  }
}

export const pipeSink = (writer: PipeWriter, head: Sink['head']): Sink => ({ head, data: bytes => writer.data(bytes) })
