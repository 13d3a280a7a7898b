import { MeshError } from '../base/index.ts'

const daysMax = 3650
const dayMs = 86_400_000

/** A whole number of days, from 1 to ten years. */
export function requireDays(days: number): number {
  if (Number.isInteger(days) && days >= 1 && days <= daysMax) return days
  throw new MeshError('request.invalid', `${days} is no number of days: it has to be whole and from 1 to ${daysMax}.`)
}

export const daysAfter = (now: Date, days: number): string => new Date(now.getTime() + days * dayMs).toISOString()
