import { z } from 'zod'

/** Shapes that several operations share. */
export const name = z.string().min(1).max(256)
export const id = z.string().min(1).max(128)
export const purpose = z.string().min(1).max(128)

export const issue = z.object({
  code: z.string(),
  message: z.string(),
  severity: z.enum(['error', 'warning']),
  fix: z.string().optional(),
  file: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
  path: z.string().optional(),
})

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  fix: z.string(),
  rule: z.string().optional(),
  team: z.string().optional(),
  next: z.object({ command: z.string(), url: z.string().optional() }).optional(),
  issues: z.array(issue).optional(),
  context: z.record(z.string(), z.unknown()).optional(),
})
export type Problem = z.infer<typeof problem>

export const change = z.object({
  table: z.string(),
  major: z.number().optional(),
  column: z.string().optional(),
  kind: z.string(),
  weight: z.enum(['breaking', 'risky', 'safe']),
  message: z.string(),
})

export const planItem = z.object({
  kind: z.enum(['mesh', 'domain', 'policy', 'product']),
  id: z.string(),
  action: z.enum(['create', 'update', 'unchanged', 'sources']),
  change: z.string().optional(),
  version: z.string().optional(),
  due: z.string().optional(),
  changes: z.array(change),
  consumers: z.array(z.object({ who: z.string(), table: z.string(), why: z.string() })),
  violations: z.array(
    z.object({
      policy: z.string(),
      team: z.string(),
      message: z.string(),
      fix: z.string().optional(),
      grace: z.string().optional(),
    }),
  ),
  requests: z.array(z.object({ table: z.string(), purpose: z.string(), id: z.string().optional(), state: z.string() })),
  assumptions: z.array(z.string()),
})

export const plan = z.object({
  allowed: z.boolean(),
  items: z.array(planItem),
  refusals: z.array(problem),
  warnings: z.array(z.string()),
  issues: z.array(issue),
})
export type PlanShape = z.infer<typeof plan>

export const run = z.object({
  id: z.string(),
  product: z.string(),
  release: z.string(),
  by: z.string(),
  at: z.string(),
  state: z.enum(['queued', 'running', 'checking', 'promoted', 'sampled', 'rejected', 'failed', 'cancelled']),
  finishedAt: z.string().optional(),
  steps: z.array(
    z.object({ name: z.string(), state: z.string(), elapsedMs: z.number().optional(), rows: z.number().optional() }),
  ),
  checks: z.array(
    z.object({
      table: z.string(),
      check: z.string(),
      description: z.string().optional(),
      severity: z.enum(['error', 'warning']),
      passed: z.boolean(),
      measured: z.string().optional(),
      expected: z.string(),
      failedRows: z.number().optional(),
      failedBefore: z.number().optional().describe('How many of them were published before this run.'),
      error: z.string().optional(),
    }),
  ),
  rows: z.record(z.string(), z.number()),
  rejected: z.array(z.string()).describe('Tables whose batch was kept and can be looked at.'),
  snapshots: z.record(z.string(), z.string()),
  snapshot: z.string().optional().describe('The snapshot of the first table, where the run was promoted.'),
  notes: z
    .array(z.string())
    .describe('What a person should know though nothing failed, such as rows that a watermark left out.'),
  problem: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }).optional(),
})
export type RunShape = z.infer<typeof run>

export const accessRequest = z.object({
  id: z.string(),
  state: z.enum(['requested', 'approved', 'rejected', 'withdrawn']),
  who: z.string(),
  requestedBy: z.string(),
  table: z.string(),
  major: z.number(),
  columns: z.array(z.string()).optional(),
  rows: z.string().optional(),
  purpose: z.string(),
  days: z.number(),
  reason: z.string().optional(),
  at: z.string(),
  waitsFor: z.array(z.string()).describe('Approvers who have not answered yet.'),
  waitsForPeople: z.string().optional().describe('The same with the people who may answer.'),
  mayAnswer: z.boolean().optional().describe('Whether the caller may answer it now.'),
  stood: z.boolean().optional().describe('The request was there before: asking again changed nothing.'),
  answers: z.array(
    z.object({
      approver: z.string(),
      by: z.string(),
      answer: z.string(),
      reason: z.string().optional(),
      at: z.string(),
    }),
  ),
  approvedByRule: z.string().optional(),
  grant: z.object({ id: z.string(), from: z.string(), until: z.string(), revoked: z.string().optional() }).optional(),
})
export type AccessRequestShape = z.infer<typeof accessRequest>

export const columnShape = z.object({
  name: z.string(),
  type: z.string(),
  class: z.string(),
  identifier: z.string().optional(),
  description: z.string().optional(),
  required: z.boolean(),
  key: z.boolean(),
  tags: z.array(z.string()),
  mask: z.string().optional().describe('How the asker sees it, for the purpose asked about.'),
  nested: z
    .array(z.object({ path: z.string(), mask: z.string() }))
    .optional()
    .describe('Members that the asker sees masked, where the column as a whole is not: `phone`, `[].zip`.'),
  readable: z.boolean().optional(),
})

export const tableShape = z.object({
  id: z.string(),
  product: z.string(),
  description: z.string().optional(),
  major: z.number(),
  majors: z.array(z.number()),
  release: z.string(),
  columns: z.array(columnShape),
  checks: z.array(z.object({ id: z.string(), description: z.string(), severity: z.string() })),
  access: z.object({
    readable: z.boolean(),
    purposes: z.array(z.string()),
    why: z.string(),
    next: z.string().optional(),
  }),
  snapshots: z.array(z.object({ id: z.string(), at: z.string(), rows: z.number().optional(), release: z.string() })),
  rows: z.number().optional().describe('Only for who may read every row.'),
  query: z.string(),
})
export type TableShape = z.infer<typeof tableShape>

export const productShape = z.object({
  id: z.string(),
  title: z.string(),
  kind: z.string(),
  domain: z.string(),
  owner: z.string(),
  version: z.string(),
  status: z.string(),
  purpose: z.string().optional(),
  usage: z.string().optional(),
  limitations: z.string().optional(),
  tags: z.array(z.string()),
  support: z.array(z.object({ channel: z.string(), url: z.string().optional() })),
  terms: z.array(z.object({ kind: z.string(), text: z.string(), url: z.string().optional() })),
  serviceLevels: z.array(z.object({ property: z.string(), value: z.string(), unit: z.string().optional() })),
  tables: z.array(tableShape),
  inputs: z.array(z.object({ name: z.string(), from: z.string(), note: z.string().optional() })),
  consumers: z.array(z.object({ who: z.string(), table: z.string(), why: z.string() })),
  releases: z.array(z.object({ version: z.string(), at: z.string(), by: z.string(), change: z.string() })),
  lastRun: z.object({ id: z.string(), state: z.string(), at: z.string() }).optional(),
  readme: z.string().optional(),
  url: z.string(),
})
export type ProductShape = z.infer<typeof productShape>

/** A rule that had a part in a decision, and what it did to which table or column. */
export const determinant = z.object({
  rule: z.string(),
  team: z.string(),
  effect: z.string(),
  table: z.string(),
  column: z.string().optional(),
})

export const receipt = z.object({
  id: z.string(),
  sql: z.string(),
  who: z.string(),
  onBehalfOf: z.string().optional(),
  purpose: z.string().optional(),
  at: z.string(),
  tables: z.array(z.object({ table: z.string(), release: z.string(), snapshot: z.string() })),
  rules: z.array(determinant),
  columns: z.array(z.object({ name: z.string(), type: z.string(), mask: z.string().optional() })),
  rows: z.number().optional(),
  truncated: z.boolean().optional(),
  cost: z.object({ answerBytes: z.number(), amount: z.number() }).optional(),
  incidents: z.array(z.string()),
  limitations: z.array(z.string()),
  url: z.string(),
})
export type ReceiptShape = z.infer<typeof receipt>
