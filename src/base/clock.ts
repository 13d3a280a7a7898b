/** The time as an effect: tests bring their own. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()

const durationPattern = /^(\d+)(ms|s|m|h|d)$/
const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `3d`, `8h`, `90m`, `30s`, `200ms` in milliseconds; undefined for other text. */
export function durationMs(text: string): number | undefined {
  const match = durationPattern.exec(text)
  if (match === null) return undefined
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]
}
