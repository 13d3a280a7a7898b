import { z } from 'zod'
import { maskNames } from '../mesh/index.ts'
import { approver, columnId, duration, head, line, name, notNegative, positive, principalId } from './own-schema.ts'

const mask = z.enum(maskNames)
const byDefault = z.strictObject({
  identifier: mask.optional().describe('For columns that hold a shared identifier.'),
  text: mask.optional(),
  date: mask.optional(),
  else: mask.optional(),
})
const attribute = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])

/** `mesh.yaml`. Everything but the id has a default. */
export const meshSchema = z
  .strictObject({
    ...head('Mesh'),
    id: name,
    title: line.optional(),
    purposes: z
      .record(name, z.strictObject({ is: line, days: positive.optional() }))
      .optional()
      .describe('Why data is used: each purpose in one sentence, and how long access for it lasts.'),
    classes: z
      .array(
        z.strictObject({
          id: name,
          mask: byDefault.optional().describe('What `mask: by-class` means, by what the column is.'),
          aggregateFrom: positive
            .optional()
            .describe('An aggregate over at least this many people may be classed lower.'),
        }),
      )
      .min(1, { error: 'must name at least one class' })
      .optional()
      .describe('From open to strict.'),
    defaultClass: name.optional().describe('What a column without a class is treated as.'),
    identifiers: z
      .record(
        name,
        z.strictObject({
          is: columnId.optional().describe('The column that holds all values.'),
          pattern: line.optional(),
          match: z
            .number({ error: 'must be a number' })
            .min(0, { error: 'must be at least 0' })
            .max(1, { error: 'must be at most 1' })
            .optional()
            .describe('Share of rows that must be found in `is`.'),
          person: z.boolean().optional().describe('It tells people apart.'),
        }),
      )
      .optional(),
    teams: z.record(name, z.strictObject({ members: z.array(principalId) })).optional(),
    attributes: z
      .record(name, z.strictObject({ from: line.describe('Where it comes from, such as oidc:crew_base.') }))
      .optional()
      .describe('Facts about people that rules may use; never settable by the person.'),
    people: z
      .record(
        principalId,
        z.strictObject({
          name: line.optional(),
          email: line.optional(),
          attributes: z.record(name, attribute).optional(),
        }),
      )
      .optional(),
    services: z.record(principalId, z.strictObject({ sponsor: principalId })).optional(),
    agents: z.record(principalId, z.strictObject({ sponsor: principalId })).optional(),
    approve: z
      .object({ default: z.array(approver).optional(), deputyAfter: duration.optional() })
      .catchall(z.array(approver))
      .optional()
      .describe('Who must say yes: by default, and by class.'),
    governance: z
      .strictObject({
        team: name.optional(),
        quorum: positive.optional(),
        objectDays: z.int({ error: 'must be a whole number' }).min(0, { error: 'must not be negative' }).optional(),
      })
      .optional(),
    notify: z.strictObject({ channels: z.array(line) }).optional(),
    prices: z
      .strictObject({
        answerGb: notNegative.optional(),
        scanGb: notNegative.optional(),
        computeSecond: notNegative.optional(),
        storageGbMonth: notNegative.optional(),
      })
      .optional(),
  })
  .describe('What the federation agreed on.')

export type MeshText = z.infer<typeof meshSchema>
