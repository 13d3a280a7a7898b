import { z } from 'zod'
import { domainRoles } from '../mesh/index.ts'
import { duration, head, line, name, positive, principalId, tableId } from './own-schema.ts'

/** `domain.yaml`: the id suffices. */
export const domainSchema = z
  .strictObject({
    ...head('Domain'),
    id: name,
    title: line.optional(),
    description: line.optional(),
    parent: name.optional().describe('Another domain.'),
    tags: z.array(line).optional(),
    team: name.optional().describe('Who answers for the domain; the team of its name unless said.'),
    members: z
      .array(
        z.strictObject({
          person: principalId,
          roles: z.array(z.enum(domainRoles)).min(1, { error: 'must name a role' }),
        }),
      )
      .optional(),
    contact: z.strictObject({ channel: line.optional(), answersWithin: duration.optional() }).optional(),
    notify: z.record(name, z.array(line)).optional().describe('Event → channels.'),
    infrastructure: z
      .strictObject({
        engine: z.enum(['duckdb', 'trino']).optional(),
        storage: name.optional(),
        limits: z
          .strictObject({
            memoryMb: positive.optional(),
            timeoutS: positive.optional(),
            concurrency: positive.optional(),
          })
          .optional(),
      })
      .optional(),
    aliases: z
      .record(tableId, z.union([name, tableId]))
      .optional()
      .describe('Old name → table of this domain.'),
  })
  .describe('A business unit that owns data.')

export type DomainText = z.infer<typeof domainSchema>
