import { z } from 'zod'
import { operation } from './operation.ts'
import * as shape from './shapes.ts'

const publication = z.strictObject({
  files: z
    .array(
      z.strictObject({
        path: z.string().min(1).max(1024),
        digest: z.string().regex(/^[0-9a-f]{64}$/),
        sizeBytes: z.number().int().nonnegative(),
      }),
    )
    .max(20_000)
    .describe('Every document, SQL text, README and source file of the folder, uploaded before by its digest.'),
  folder: z.string().max(1024).optional().describe('How messages name the folder.'),
})
const whoFor = z.string().min(1).max(128)
const columns = z.array(z.string()).min(1).optional()
const byId = z.strictObject({ id: shape.name })

/** Every operation of `/api/v1` but the two that stream: `query` and uploads, which the HTTP door answers itself. */
export const operations = {
  whoami: operation({
    method: 'get',
    path: '/api/v1/whoami',
    summary: 'Who the token signs in, with teams, roles and the bound purpose',
    for: 'member',
    answer: z.object({
      id: z.string(),
      kind: z.string(),
      name: z.string().optional(),
      teams: z.array(z.string()),
      roles: z.record(z.string(), z.array(z.string())),
      purpose: z.string().optional(),
      onBehalfOf: z.string().optional(),
    }),
  }),
  mesh: operation({
    method: 'get',
    path: '/api/v1/mesh',
    summary: 'The mesh: its domains, purposes, classes and shared identifiers',
    for: 'member',
    answer: z.object({
      id: z.string(),
      title: z.string().optional(),
      version: z.string(),
      purposes: z.array(z.object({ id: z.string(), is: z.string(), days: z.number().optional() })),
      classes: z.array(z.string()),
      defaultClass: z.string(),
      identifiers: z.array(
        z.object({
          id: z.string(),
          is: z.string().optional(),
          pattern: z.string().optional(),
          person: z.boolean(),
        }),
      ),
      domains: z.array(z.object({ id: z.string(), title: z.string(), team: z.string(), products: z.number() })),
      counts: z.object({ domains: z.number(), products: z.number(), tables: z.number(), policies: z.number() }),
      vacancies: z.array(z.string()),
    }),
  }),
  find: operation({
    method: 'get',
    path: '/api/v1/find',
    summary: 'Search products, tables, columns and domains by words',
    for: 'member',
    query: z.strictObject({
      q: z.string().max(1000).default(''),
      limit: z.coerce.number().int().min(1).max(500).default(20),
      kind: z
        .enum(['product', 'table', 'column', 'domain'])
        .optional()
        .describe('Of this kind only; without words every one of it, and products where no kind is said.'),
    }),
    answer: z.object({
      results: z.array(
        z.object({
          kind: z.enum(['product', 'table', 'column', 'domain']),
          id: z.string(),
          title: z.string(),
          description: z.string().optional(),
          score: z.number(),
        }),
      ),
      total: z.number(),
    }),
  }),
  product: operation({
    method: 'get',
    path: '/api/v1/products/{id}',
    summary: 'One product with its tables, promises, consumers and releases',
    for: 'member',
    params: byId,
    query: z.strictObject({ purpose: shape.purpose.optional() }),
    answer: shape.productShape,
  }),
  table: operation({
    method: 'get',
    path: '/api/v1/tables/{id}',
    summary: 'One table: columns, checks, snapshots, and what the asker may see of it',
    for: 'member',
    params: byId,
    query: z.strictObject({ purpose: shape.purpose.optional() }),
    answer: shape.tableShape,
  }),
  domain: operation({
    method: 'get',
    path: '/api/v1/domains/{id}',
    summary: 'One domain: its people, products, policies',
    for: 'member',
    params: byId,
    answer: z.object({
      id: z.string(),
      title: z.string(),
      description: z.string().optional(),
      team: z.string(),
      parent: z.string().optional(),
      members: z.array(z.object({ person: z.string(), roles: z.array(z.string()) })),
      vacancies: z.array(z.string()),
      products: z.array(z.object({ id: z.string(), title: z.string(), version: z.string(), status: z.string() })),
      policies: z.array(z.object({ id: z.string(), team: z.string(), status: z.string() })),
      contact: z.record(z.string(), z.string()).optional(),
    }),
  }),
  lineage: operation({
    method: 'get',
    path: '/api/v1/lineage/{id}',
    summary: 'What a product, table or column is made of, and what is made of it',
    for: 'member',
    params: byId,
    query: z.strictObject({ depth: z.coerce.number().int().min(1).max(20).default(5) }),
    answer: z.object({
      nodes: z.array(z.object({ id: z.string(), kind: z.enum(['table', 'column', 'file', 'product']) })),
      edges: z.array(z.object({ from: z.string(), to: z.string(), how: z.string() })),
    }),
  }),
  connect: operation({
    method: 'get',
    path: '/api/v1/connect/{id}',
    summary: 'Settings to paste for clients of a table',
    for: 'member',
    params: byId,
    query: z.strictObject({ purpose: shape.purpose.optional() }),
    answer: z.object({ clients: z.array(z.object({ id: z.string(), title: z.string(), text: z.string() })) }),
  }),
  missingUploads: operation({
    method: 'post',
    path: '/api/v1/uploads/missing',
    summary: 'Which of these files the server does not have yet',
    for: 'member',
    body: z.strictObject({ digests: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(20_000) }),
    answer: z.object({ missing: z.array(z.string()) }),
  }),
  plan: operation({
    method: 'post',
    path: '/api/v1/plan',
    summary: 'What publishing these files would change, and whether it may',
    for: 'member',
    body: publication,
    answer: shape.plan,
  }),
  publish: operation({
    method: 'post',
    path: '/api/v1/publish',
    summary: 'Publish: check, plan, and put the releases in force in one transaction',
    for: 'member',
    body: publication,
    answer: z.object({
      plan: shape.plan,
      seq: z.number(),
      runs: z
        .array(z.object({ product: z.string(), because: z.string() }))
        .describe('Products to run now, in this order.'),
    }),
  }),
  startRun: operation({
    method: 'post',
    path: '/api/v1/runs',
    summary: 'Build a product now',
    for: 'member',
    body: z.strictObject({
      product: shape.name,
      from: z.string().max(64).optional(),
      to: z.string().max(64).optional(),
      sample: z.number().int().positive().optional(),
    }),
    answer: shape.run,
  }),
  runs: operation({
    method: 'get',
    path: '/api/v1/runs',
    summary: 'The latest runs',
    for: 'member',
    query: z.strictObject({
      product: shape.name.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(20),
    }),
    answer: z.object({ runs: z.array(shape.run) }),
  }),
  run: operation({
    method: 'get',
    path: '/api/v1/runs/{id}',
    summary: 'One run: steps, checks, snapshots',
    for: 'member',
    params: byId,
    query: z.strictObject({
      wait: z.coerce.number().int().min(0).max(30_000).default(0).describe('Milliseconds to wait for a change.'),
    }),
    answer: shape.run,
  }),
  cancelRun: operation({
    method: 'post',
    path: '/api/v1/runs/{id}/cancel',
    summary: 'Stop a run; nothing of it is published',
    for: 'member',
    params: byId,
    answer: shape.run,
  }),
  rejectedRows: operation({
    method: 'get',
    path: '/api/v1/runs/{id}/rejected',
    summary: 'Rows of a batch that failed its contract, for the people of its domain',
    for: 'member',
    params: byId,
    query: z.strictObject({
      table: shape.name.optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(50),
    }),
    answer: z.object({
      table: z.string(),
      columns: z.array(z.string()),
      rows: z.array(z.array(z.unknown())),
      notes: z.array(z.string()).describe('What the rows do not tell, such as a rule that names none.'),
    }),
  }),
  explain: operation({
    method: 'post',
    path: '/api/v1/query/explain',
    summary: 'What a statement would be allowed to see, what is hidden and why; never SQL',
    for: 'member',
    body: z.strictObject({
      sql: z.string(),
      purpose: shape.purpose.optional(),
      params: z.array(z.unknown()).optional(),
      at: z.string().optional(),
    }),
    answer: z.record(z.string(), z.unknown()),
  }),
  receipt: operation({
    method: 'get',
    path: '/api/v1/receipts/{id}',
    summary: 'Where an answer came from',
    for: 'member',
    params: byId,
    answer: shape.receipt,
  }),
  requestAccess: operation({
    method: 'post',
    path: '/api/v1/access/requests',
    summary: 'Ask for access to a table for a purpose',
    for: 'member',
    body: z.strictObject({
      table: shape.name,
      purpose: shape.purpose,
      for: whoFor.optional(),
      columns,
      rows: z.string().max(4000).optional(),
      days: z.number().int().positive().max(3650).optional(),
      reason: z.string().max(2000).optional(),
    }),
    answer: shape.accessRequest,
  }),
  accessRequests: operation({
    method: 'get',
    path: '/api/v1/access/requests',
    summary: 'Requests that the caller made, may answer, or that are about own tables',
    for: 'member',
    query: z.strictObject({
      state: z.enum(['requested', 'approved', 'rejected', 'withdrawn', 'revoked', 'all']).default('all'),
    }),
    answer: z.object({ requests: z.array(shape.accessRequest) }),
  }),
  accessRequest: operation({
    method: 'get',
    path: '/api/v1/access/requests/{id}',
    summary: 'One request',
    for: 'member',
    params: byId,
    answer: shape.accessRequest,
  }),
  answerAccess: operation({
    method: 'post',
    path: '/api/v1/access/requests/{id}/answer',
    summary: 'Approve or reject a request, or withdraw an own one',
    for: 'member',
    params: byId,
    body: z.strictObject({
      answer: z.enum(['approve', 'reject', 'withdraw']),
      reason: z.string().max(2000).optional(),
    }),
    answer: shape.accessRequest,
  }),
  revokeAccess: operation({
    method: 'post',
    path: '/api/v1/access/requests/{id}/revoke',
    summary: 'End a granted access now, by its request or grant id',
    for: 'member',
    params: byId,
    body: z.strictObject({ reason: z.string().max(2000).optional() }),
    answer: shape.accessRequest,
  }),
  policies: operation({
    method: 'get',
    path: '/api/v1/policies',
    summary: 'Every rule, with its team and life',
    for: 'member',
    answer: z.object({
      policies: z.array(
        z.object({
          id: z.string(),
          domain: z.string().optional(),
          team: z.string(),
          status: z.string(),
          title: z.string().optional(),
          description: z.string().optional(),
          points: z.array(z.string()),
        }),
      ),
    }),
  }),
  why: operation({
    method: 'get',
    path: '/api/v1/policy/why',
    summary: 'Which rules decide on a table or column, for somebody and a purpose',
    for: 'member',
    query: z.strictObject({ of: shape.name, as: whoFor.optional(), purpose: shape.purpose.optional() }),
    answer: z.object({
      of: z.string(),
      as: z.string(),
      purpose: z.string().optional(),
      verdict: z.enum(['allow', 'deny']),
      code: z.string().optional(),
      detail: z.string().optional(),
      notice: z.string().optional().describe('That nobody of that name is known.'),
      next: z.string().optional(),
      determinedBy: z.array(shape.determinant),
      columns: z.array(
        z.object({
          name: z.string(),
          seen: z.enum(['as it is', 'masked', 'not at all']),
          mask: z.string().optional(),
          rules: z.array(z.string()),
        }),
      ),
    }),
  }),
  audit: operation({
    method: 'get',
    path: '/api/v1/audit',
    summary: 'Entries of the ledger',
    for: 'member',
    query: z.strictObject({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(50),
      kind: z.string().max(64).optional(),
    }),
    answer: z.object({
      entries: z.array(
        z.object({
          seq: z.number(),
          at: z.string(),
          actor: z.string(),
          kind: z.string(),
          summary: z.string(),
          hash: z.string(),
        }),
      ),
      head: z.number(),
    }),
  }),
  verifyAudit: operation({
    method: 'post',
    path: '/api/v1/audit/verify',
    summary: 'Check the chain of the ledger and name what was changed, removed, swapped or truncated',
    for: 'member',
    answer: z.object({
      entries: z.number(),
      head: z.number(),
      problems: z.array(z.object({ seq: z.number(), what: z.string(), message: z.string() })),
    }),
  }),
  auditWho: operation({
    method: 'get',
    path: '/api/v1/audit/who',
    summary: 'Who could see a table or column on a day, and why',
    for: 'member',
    query: z.strictObject({ of: shape.name, on: z.string().max(40).default('today') }),
    answer: z.object({
      of: z.string(),
      at: z.string(),
      seq: z.number(),
      who: z.array(
        z.object({
          who: z.string(),
          purpose: z.string(),
          seen: z.string(),
          because: z.string(),
          rows: z.array(z.string()).optional().describe('Conditions that rows must meet, each with its rule.'),
        }),
      ),
    }),
  }),
  createToken: operation({
    method: 'post',
    path: '/api/v1/tokens',
    summary: 'Make a token; it is shown once',
    for: 'member',
    body: z.strictObject({
      for: whoFor,
      purpose: shape.purpose.optional(),
      days: z.number().int().positive().max(3650).optional(),
      new: z.boolean().optional().describe('The name is of somebody new, however near to one that is known.'),
    }),
    answer: z.object({
      token: z.string(),
      id: z.string(),
      for: z.string(),
      purpose: z.string().optional(),
      until: z.string().optional(),
    }),
  }),
  tokens: operation({
    method: 'get',
    path: '/api/v1/tokens',
    summary: 'Tokens that the caller may end',
    for: 'member',
    answer: z.object({
      tokens: z.array(
        z.object({
          id: z.string(),
          for: z.string(),
          purpose: z.string().optional(),
          at: z.string(),
          until: z.string().optional(),
          revoked: z.string().optional(),
        }),
      ),
    }),
  }),
  revokeToken: operation({
    method: 'delete',
    path: '/api/v1/tokens/{id}',
    summary: 'End a token now',
    for: 'member',
    params: byId,
    answer: z.object({ id: z.string(), revoked: z.boolean() }),
  }),
  demo: operation({
    method: 'get',
    path: '/api/v1/demo',
    summary: 'What of the sample mesh is loaded',
    for: 'anyone',
    answer: z.object({
      state: z.enum(['none', 'loading', 'loaded', 'failed']),
      done: z.number(),
      of: z.number(),
      step: z.string().optional(),
      products: z.array(z.string()),
      people: z.array(z.object({ who: z.string(), purpose: z.string().optional() })),
      problem: z.string().optional(),
      elapsedMs: z.number().optional(),
    }),
  }),
  doctor: operation({
    method: 'get',
    path: '/api/v1/doctor',
    summary: 'Whether the installation is well',
    for: 'member',
    answer: z.object({
      well: z.boolean(),
      checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), fix: z.string().optional() })),
    }),
  }),
  backup: operation({
    method: 'post',
    path: '/api/v1/backup',
    summary: 'Write a consistent copy of the home into a new folder on the server',
    for: 'member',
    body: z.strictObject({ to: z.string().min(1).max(4096) }),
    answer: z.object({ to: z.string(), seq: z.number(), files: z.number(), bytes: z.number() }),
  }),
} as const

export type Operations = typeof operations
export type OperationId = keyof Operations
