import { canonicalJson, type Json } from '../base/index.ts'
import type { MeshState } from './state.ts'

/**
 * Raised whenever the shape of `MeshState` or what `evolve` makes of an event changes: snapshots of another format are
 * thrown away and the ledger is folded from its first entry.
 */
export const stateFormat = 2

/**
 * The state as one JSON text; equal states give equal texts. A `Map` is written as `{"$map": [[key, value], …]}`; a key
 * of somebody's own that begins with `$` gets another one in front.
 */
export const stateToJson = (state: MeshState): string => canonicalJson(encode(state))

/** The way back; the text comes from `stateToJson` of the same format. */
export const stateFromJson = (text: string): MeshState => decode(JSON.parse(text) as Json) as MeshState

function encode(value: unknown): unknown {
  if (value instanceof Map) return { $map: [...value].map(([key, v]) => [key, encode(v)]) }
  if (Array.isArray(value)) return value.map(encode)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key.startsWith('$') ? `$${key}` : key, encode(v)]))
}

function decode(value: Json): unknown {
  if (isList(value)) return value.map(decode)
  if (value === null || typeof value !== 'object') return value
  const pairs = value['$map']
  if (pairs !== undefined && isList(pairs))
    return new Map(pairs.map(pair => (isList(pair) ? ([pair[0], decode(pair[1] ?? null)] as const) : [pair, null])))
  return Object.fromEntries(
    Object.entries(value).map(([key, v]) => [key.startsWith('$') ? key.slice(1) : key, decode(v)]),
  )
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
