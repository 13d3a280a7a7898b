import { describe, expect, it } from 'vitest'
import { problemOf, request, row } from './answers.ts'
import { suiteEngine } from './suite-engine.ts'

const suite = suiteEngine({ workers: 1, stalledMsMax: 1_500 })
const endless = request("select i, 'a row that takes some room ' || i as t from range(10000000) t(i)")

describe('who reads slowly', () => {
  it('slows the engine: neither server nor worker gathers the rows', async () => {
    const answer = await suite().engine.run(endless)
    const before = process.memoryUsage.rss()
    let bytes = 0
    let pauses = 0
    for await (const part of answer.body) {
      bytes += part.length
      if (pauses < 20) {
        pauses += 1
        await new Promise(resolve => setTimeout(resolve, 50))
      }
      if (pauses === 20 && bytes > 20_000_000) break
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024)
    expect((await problemOf(answer.totals)).kind).toBe('cancelled')
  })

  it('gets every row, in order, however it reads', async () => {
    const answer = await suite().engine.run(request('select i from range(2000000) t(i)', { format: 'ndjson' }))
    let next = 0
    let rest = ''
    for await (const part of answer.body) {
      const lines = (rest + Buffer.from(part).toString()).split('\n')
      rest = lines.pop()!
      for (const line of lines)
        if (line !== `{"i":${next++}}`) throw new Error(`${line} came in the place of ${next - 1}.`)
      if (next % 7 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    expect(next).toBe(2_000_000)
    expect((await answer.totals).rows).toBe(2_000_000)
  })

  it('gives up loses the answer, and its worker serves others', async () => {
    const answer = await suite().engine.run(endless)
    expect((await problemOf(answer.totals)).kind).toBe('cancelled')
    expect(await row(suite().engine, 'select 1')).toBe('[1]')
  })

  it('does not spend its time: the limit is the engine’s', async () => {
    const slowly = { ...endless, limits: { ...endless.limits, timeMs: 700 } }
    const answer = await suite().engine.run(slowly)
    await new Promise(resolve => setTimeout(resolve, 1_000))
    const { value } = (await answer.body[Symbol.asyncIterator]().next()) as { value: Uint8Array }
    expect(value.length).toBeGreaterThan(0)
    await problemOf(answer.totals)
  })
})

describe('the first rows', () => {
  it('come long before the last', async () => {
    const began = performance.now()
    const answer = await suite().engine.run(request('select i, md5(i::varchar) from range(3000000) t(i)'))
    const first = performance.now() - began
    for await (const part of answer.body) expect(part.length).toBeGreaterThan(0)
    expect(first).toBeLessThan((performance.now() - began) / 4)
  })
})
