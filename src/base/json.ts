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
  if (typeof value === 'bigint') return JSON.stringify(bigintToJson(value))
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value).sort() as (keyof typeof value)[]
  const texts = members.flatMap(key => {
    const member = value[key] as unknown
    return isLeftOut(member) ? [] : [`${JSON.stringify(key)}:${canonicalJson(member)}`]
  })
  return `{${texts.join(',')}}`
}

const isLeftOut = (value: unknown): boolean =>
  value === undefined || typeof value === 'function' || typeof value === 'symbol'

/** SHA-256 in lower-case hexadecimal: of bytes as they are, of text as UTF-8, of other values as canonical JSON. */
export function digestOf(value: unknown): string {
  const bytes = typeof value === 'string' || value instanceof Uint8Array ? value : canonicalJson(value)
  return createHash('sha256').update(bytes).digest('hex')
}
