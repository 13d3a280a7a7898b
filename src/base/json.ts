import { createHash } from 'node:crypto'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** `JSON.stringify` that writes a BigInt as a number where it is safe, and as text beyond 2^53 − 1. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? bigintToJson(v) : v), indent)
}

const safe = BigInt(Number.MAX_SAFE_INTEGER)
const bigintToJson = (n: bigint): number | string => (n <= safe && n >= -safe ? Number(n) : n.toString())

/** One text for equal values: keys sorted by code unit, no white space, `undefined` members left out. */
export function canonicalJson(value: unknown): string {
  return toJson(sorted(value))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([k, v]) => [k, sorted(v)]))
}

/** SHA-256 in lower-case hexadecimal: of bytes as they are, of text as UTF-8, of other values as canonical JSON. */
export function digestOf(value: unknown): string {
  const bytes = typeof value === 'string' || value instanceof Uint8Array ? value : canonicalJson(value)
  return createHash('sha256').update(bytes).digest('hex')
}
