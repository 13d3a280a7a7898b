import { createHash } from 'node:crypto'
import { typeFamily, type TypeFamily } from '../../policy/index.ts'
import type { MaskKey } from '../needs.ts'

const blockBytes = 64

/**
 * HMAC-SHA-256 (RFC 2104) of a value's canonical text as 64 lower-case hexadecimal digits; null for null. The engine has
 * no such function, so the key is XORed with the pads beforehand.
 */
export function keyedHashSql(value: string, type: string, key: MaskKey): string | undefined {
  const text = canonicalText(value, typeFamily(type), type)
  if (text === undefined) return undefined
  return `sha256(unhex('${padded(key, 0x5c)}') || unhex(sha256(unhex('${padded(key, 0x36)}') || encode(${text}))))`
}

/**
 * One text for one value, whatever its type: an integer and a text key meet. Undefined for types without one, and null for
 * timestamps at the very ends of time, which have none in UTC: a mask is computed of hidden rows too and may not fail.
 */
function canonicalText(value: string, kind: TypeFamily, type: string): string | undefined {
  switch (kind) {
    case 'text':
      return value
    case 'integer':
    case 'boolean':
    case 'date':
    case 'uuid':
      return `CAST(${value} AS VARCHAR)`
    case 'decimal':
      return /,\s*0\s*\)$/.test(type)
        ? `CAST(${value} AS VARCHAR)`
        : `rtrim(rtrim(CAST(${value} AS VARCHAR), '0'), '.')`
    case 'timestamp':
      return `TRY(strftime(CAST(${value} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%f'))`
    case 'timestamptz':
      return `TRY(strftime(timezone('UTC', ${value}), '%Y-%m-%dT%H:%M:%S.%fZ'))`
    default:
      return undefined
  }
}

function padded(key: MaskKey, pad: number): string {
  const block = Buffer.alloc(blockBytes)
  block.set(key.bytes.length > blockBytes ? createHash('sha256').update(key.bytes).digest() : key.bytes)
  return Buffer.from(block.map(byte => byte ^ pad)).toString('hex')
}
