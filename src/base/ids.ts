import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** `prefix_` and 26 characters: 48 bits of time, so that ids sort by age, and 82 bits that cannot be guessed. */
export function newId(prefix: string, now: Date = new Date()): string {
  let time = ''
  for (let ms = now.getTime(), i = 0; i < 10; i++, ms = Math.floor(ms / 32)) time = alphabet[ms % 32] + time
  const tail = Array.from(randomBytes(16), byte => alphabet[byte % 32]).join('')
  return `${prefix}_${time}${tail}`
}

/** A secret that is shown once: `prefix_` and 192 random bits. */
export const newSecret = (prefix: string): string => `${prefix}_${randomBytes(24).toString('base64url')}`
