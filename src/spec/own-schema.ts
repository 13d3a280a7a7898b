import { z } from 'zod'
import { limits } from '../base/index.ts'

/** Parts that the schemas of our own kinds share. A message is the end of a sentence that begins with the path. */
export const head = <Kind extends string>(kind: Kind) => ({
  apiVersion: z.literal('meshwright/v1').describe('The notation of this document.'),
  kind: z.literal(kind),
})

export const name = z.string().regex(limits.namePattern, {
  error: 'must be a name: use letters, digits, _ and -, starting with a letter, at most 128',
})

export const line = z
  .string()
  .min(1, { error: 'must not be empty' })
  .max(2000, { error: 'must have at most 2000 characters' })

export const principalId = z
  .string()
  .min(1, { error: 'must not be empty' })
  .max(limits.principalIdLengthMax, { error: `must have at most ${limits.principalIdLengthMax} characters` })
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, { error: 'must be printable text' })

export const duration = z.string().regex(/^\d+(ms|s|m|h|d)$/, { error: 'must be a duration such as 3d, 8h or 30m' })

export const tableId = z
  .string()
  .regex(/^[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*$/, { error: 'must name a table as domain.table' })

export const columnId = z
  .string()
  .regex(/^[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*\.[^.]+$/, { error: 'must name a column as domain.table.column' })

/** A role of the table's domain, or a team. */
export const approver = z
  .string()
  .regex(/^(product-owner|data-engineer|domain-expert|governance-member|platform-engineer|team:[A-Za-z_][\w-]*)$/, {
    error: 'must be a role such as product-owner, or team:ID',
  })

/** Text of a condition in CEL; the policy room compiles it. */
export const condition = z
  .string()
  .min(1, { error: 'must not be empty' })
  .max(limits.celBytesMax, { error: `must have at most ${limits.celBytesMax} characters` })

export const positive = z.int({ error: 'must be a whole number' }).min(1, { error: 'must be at least 1' })
export const notNegative = z.number({ error: 'must be a number' }).min(0, { error: 'must not be negative' })
