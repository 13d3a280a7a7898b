import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataHead, frameReader, messageFrame, type Frame } from '../../../src/adapters/duckdb/frames.ts'

const frame = fc.oneof(
  fc.jsonValue().map(value => ({ kind: 'message' as const, value: value as unknown })),
  fc.uint8Array({ maxLength: 300 }).map(bytes => ({ kind: 'data' as const, bytes })),
)

describe('frames', () => {
  it('come out as they went in, wherever the bytes are cut; rows in pieces', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.nat(500), { maxLength: 20 }), (frames, cuts) => {
        const bytes = Buffer.concat(frames.flatMap(encoded))
        const read = frameReader()
        const got: Frame[] = []
        let at = 0
        for (const cut of [...cuts, bytes.length]) {
          got.push(...read(bytes.subarray(at, at + cut)))
          at = Math.min(bytes.length, at + cut)
        }
        expect(joined(got)).toEqual(joined(frames))
      }),
    )
  })

  it('that are none are refused', () => {
    expect(() => frameReader()(Buffer.from([1, 0, 0, 0, 9, 0]))).toThrow('kind 9')
    expect(() => frameReader()(Buffer.from([255, 255, 255, 255, 0, 0]))).toThrow('longer')
    expect(() => frameReader()(Buffer.from([2, 0, 0, 0, 0, 123, 123]))).toThrow(SyntaxError)
  })
})

const encoded = (frame: Frame): Uint8Array[] =>
  frame.kind === 'message' ? [messageFrame(frame.value)] : [dataHead(frame.bytes.length), frame.bytes]

/** Messages as text; rows between two messages as one piece. */
function joined(frames: readonly Frame[]): string[] {
  const texts: string[] = []
  let rows = ''
  for (const frame of frames) {
    if (frame.kind === 'data') rows += Buffer.from(frame.bytes).toString('hex')
    else {
      texts.push(rows, JSON.stringify(frame.value))
      rows = ''
    }
  }
  return [...texts, rows]
}
