import { z } from 'zod'
import { limits } from '../base/index.ts'
import { domainRoles, maskNames } from '../mesh/index.ts'
import { approver, condition, duration, head, line, name, positive, principalId } from './own-schema.ts'

const exception = z
  .strictObject({
    role: z.enum([...domainRoles, 'governance-member', 'platform-engineer']).optional(),
    in: name.optional().describe("The domain in which the role is held; the table's own unless said."),
    team: name.optional(),
    purpose: name.optional(),
    person: principalId.optional(),
    kind: z.enum(['person', 'service', 'agent']).optional(),
    door: name.optional(),
  })
  .refine(facts => Object.keys(facts).length > 0, {
    error: 'must name at least one fact, such as team, role or purpose',
  })

const common = {
  when: condition.optional(),
  except: z.array(exception).optional().describe('All facts of one entry must hold.'),
}

const publishRule = z.strictObject({
  ...common,
  require: condition,
  message: line.describe('May hold ${column.name} and the like.'),
  fix: line.optional(),
})

const queryRule = z
  .strictObject({
    ...common,
    open: z.literal(true).optional().describe('No access is needed.'),
    deny: z.strictObject({ message: line }).optional(),
    mask: z.enum([...maskNames, 'by-class']).optional(),
    filter: z
      .string()
      .min(1, { error: 'must not be empty' })
      .max(limits.celBytesMax, { error: `must have at most ${limits.celBytesMax} characters` })
      .optional()
      .describe('Rows that remain, in the portable subset of SQL.'),
    minimumGroup: positive.optional(),
    limit: z
      .strictObject({
        rows: positive.optional(),
        perMinute: positive.optional(),
        exportRows: positive.optional(),
        cost: z.number({ error: 'must be a number' }).positive({ error: 'must be greater than 0' }).optional(),
      })
      .refine(limit => Object.keys(limit).length > 0, {
        error: 'limits nothing: write rows, perMinute, exportRows or cost',
      })
      .optional(),
  })
  .refine(rule => queryEffects.some(effect => rule[effect] !== undefined), {
    error: 'has no effect: write open, deny, mask, filter, minimumGroup or limit',
  })

const queryEffects = ['open', 'deny', 'mask', 'filter', 'minimumGroup', 'limit'] as const

const requestRule = z
  .strictObject({ ...common, approve: condition.optional(), chain: z.array(approver).optional() })
  .refine(rule => rule.approve !== undefined || rule.chain !== undefined, {
    error: 'has no effect: write approve or chain',
  })

const findRule = z
  .strictObject({ ...common, hide: z.boolean(), reason: line.optional() })
  .refine(rule => !rule.hide || rule.reason !== undefined, { error: 'hides without a reason: add reason: WHY' })

const oneOrMore = <T extends z.ZodType>(rule: T) => z.union([rule, z.array(rule)])

/** `*.policy.yaml`: one rule as code. */
export const policySchema = z
  .strictObject({
    ...head('Policy'),
    id: name,
    title: line.optional(),
    description: line.optional(),
    team: name.describe('Who answers for the rule.'),
    status: z.enum(['draft', 'grace', 'enforced', 'withdrawn']).optional().describe('Enforced unless said.'),
    from: z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { error: 'must be a date such as 2026-12-01' })
      .optional(),
    domains: condition.optional(),
    products: condition.optional(),
    tables: condition.optional(),
    columns: condition.optional(),
    onPublish: oneOrMore(publishRule).optional(),
    onQuery: oneOrMore(queryRule).optional(),
    onRequest: oneOrMore(requestRule).optional(),
    onFind: oneOrMore(findRule).optional(),
    retain: z.record(name, duration).optional().describe('How long snapshots, rejects, results and logs live.'),
    tests: z
      .array(
        z.strictObject({
          name: line.optional(),
          given: z.record(z.string(), z.unknown()),
          expect: z.record(z.string(), z.unknown()),
        }),
      )
      .optional(),
  })
  .describe('One rule as code.')

export type PolicyText = z.infer<typeof policySchema>
