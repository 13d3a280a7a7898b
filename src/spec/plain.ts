import type { Plain } from './shape.ts'

export type { Plain } from './shape.ts'

/** Reading of values whose shape was checked already: what is not of the kind asked for is absent. */
export const mapsOf = (value: unknown): Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {}

export const listOf = (value: unknown): readonly Plain[] => (Array.isArray(value) ? value.map(mapsOf) : [])

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []

/** Members that are undefined left out: what `exactOptionalPropertyTypes` asks for. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
