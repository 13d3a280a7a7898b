import { z } from 'zod'
import { issue, problem, purpose } from './shapes.ts'

/** The body of `POST /api/v1/query`. */
export const queryBody = z.strictObject({
  sql: z.string(),
  purpose: purpose.optional(),
  params: z
    .array(z.union([z.null(), z.boolean(), z.number(), z.string()]))
    .max(10_000)
    .optional()
    .describe('One value for each ? or $n of the statement; strings bind as VARCHAR.'),
  at: z.string().max(64).optional().describe('An instant: every table as it was then, governed as of now.'),
})
export type QueryBody = z.output<typeof queryBody>

/** The answer of `POST /api/v1/query` as `application/json`. */
export const queryAnswer = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string().describe("DuckDB's name of the type.") })),
  rows: z.array(z.array(z.unknown())),
  notices: z.array(z.object({ code: z.string(), message: z.string(), rule: z.string().optional() })),
  receipt: z.object({ id: z.string(), url: z.string() }),
  truncated: z.literal(true).optional().describe('A policy limits the rows, and the answer ends at that limit.'),
  limit: z.object({ rows: z.number(), rule: z.string(), team: z.string() }).optional(),
})
export type QueryAnswerShape = z.output<typeof queryAnswer>

/** The answer of `PUT /api/v1/uploads/{digest}`. */
export const uploadAnswer = z.object({ digest: z.string(), sizeBytes: z.number() })

export const problemShape = problem
export const issueShape = issue

/** Media types of an answer, by format. `*` and nothing mean JSON. */
export const answerMediaTypes = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  arrow: 'application/vnd.apache.arrow.stream',
  parquet: 'application/vnd.apache.parquet',
} as const
