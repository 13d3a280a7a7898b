import { randomBytes, randomFillSync } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** `prefix_` and 26 characters: 48 bits of time, so that ids sort by age, and 82 bits that cannot be guessed. */
export function newId(prefix: string, now: Date = new Date()): string {
  let time = ''
  for (let ms = now.getTime(), i = 0; i < 10; i++, ms = Math.floor(ms / 32)) time = alphabet[ms % 32] + time
  let tail = ''
  for (const byte of fresh(16)) tail += alphabet[byte % 32]
  return `${prefix}_${time}${tail}`
}

/** Random bytes, each given out once. Asking the system for many at a time costs as much as for few. */
function fresh(count: number): Uint8Array {
  if (given + count > pool.length) {
    randomFillSync(pool)
    given = 0
  }
  given += count
  return pool.subarray(given - count, given)
}

const pool = Buffer.alloc(4096)
let given = pool.length

/** A secret that is shown once: `prefix_` and 192 random bits. */
export const newSecret = (prefix: string): string => `${prefix}_${randomBytes(24).toString('base64url')}`
