import { once } from 'node:events'
import type { Socket } from 'node:net'
import { dataHead } from '../frames.ts'
import type { Sink } from './answer-rows.ts'

const frameBytesMax = 1024 * 1024

/** Rows into the pipe. Who reads slowly slows the engine: each piece waits until the pipe has taken the one before. */
export function pipeSink(pipe: Socket, head: Sink['head']): Sink {
  return {
    head,
    async data(bytes) {
      for (let at = 0; at < bytes.length; at += frameBytesMax) {
        const part = bytes.subarray(at, at + frameBytesMax)
        pipe.cork()
        pipe.write(dataHead(part.length))
        const taken = pipe.write(part)
        pipe.uncork()
        if (!taken) await once(pipe, 'drain')
      }
    },
  }
}
