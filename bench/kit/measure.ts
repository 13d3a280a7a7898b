/** Times in milliseconds, sorted. */
export type Times = readonly number[]

export const quantile = (times: Times, part: number): number =>
  times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN
export const median = (times: Times): number => quantile(times, 0.5)

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)

export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** How long one call takes, over so many calls one after the other. */
export async function repeat(times: number, work: () => unknown): Promise<Times> {
  const found: number[] = []
  for (let i = 0; i < times; i++) found.push(await timed(work))
  return sorted(found)
}

export const sorted = (times: readonly number[]): Times => [...times].sort((a, b) => a - b)

/** Two sides in turn, each going first every other round, so that what the machine does meanwhile meets both. */
export async function inTurn(
  rounds: number,
  ours: () => Promise<unknown>,
  peer: () => Promise<unknown>,
): Promise<{ readonly ours: Times; readonly peer: Times }> {
  const found = { ours: [] as number[], peer: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    const sides = [['ours', ours] as const, ['peer', peer] as const]
    for (const [side, work] of round % 2 === 0 ? sides : sides.reverse()) found[side].push(await timed(work))
  }
  return { ours: sorted(found.ours), peer: sorted(found.peer) }
}
