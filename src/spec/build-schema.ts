import { z } from 'zod'
import { cronFault } from './cron.ts'
import { head, line, name, positive, tableId } from './own-schema.ts'

const option = z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.string())])

const tableInput = z.strictObject({
  table: tableId.describe("Another product's table."),
  major: positive.optional().describe('The major version that is read.'),
})

const fileInput = z.strictObject({
  source: z.literal('file'),
  path: line.describe('Relative to this document; may hold * and **.'),
  format: z.enum(['csv', 'json', 'parquet']).optional().describe('By the ending of the path unless said.'),
  options: z
    .record(name, option)
    .optional()
    .describe("Options of the reader, by DuckDB's names: delim, nullstr, types."),
})

const sourceInput = z.strictObject({
  source: z
    .string()
    .regex(/^(?!file$)[a-z][a-z0-9_-]*$/, { error: 'must name a kind of source, such as file or postgres' }),
  connection: name.describe("Of the server's secret store."),
  query: z
    .string()
    .min(1, { error: 'must not be empty' })
    .max(100_000, { error: 'must have at most 100000 characters' }),
})

const cron = z
  .string()
  .superRefine((text, context) => {
    const fault = cronFault(text)
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault.what, params: fault })
  })
  .meta({
    description: 'Five fields: minute, hour, day of the month, month, day of the week.',
    pattern: String.raw`^\s*\S+(\s+\S+){4}\s*$`,
  })

export const inputSchema = z.union([tableInput, fileInput, sourceInput])

export const outputSchema = z.strictObject({
  sql: line.optional().describe('The file with one SELECT; absent: everything of the single input.'),
  mode: z.enum(['full', 'append', 'merge', 'partition']).optional(),
  key: z
    .array(line)
    .min(1, { error: 'must name a column' })
    .optional()
    .describe('Columns of the merge key or of the partition.'),
  watermark: line.optional(),
  rejects: name.optional().describe('The table that takes rows which fail a row-level expectation.'),
})

/** `build.yaml`: how a product is made. */
export const buildSchema = z
  .strictObject({
    ...head('Build'),
    inputs: z.record(name, inputSchema).optional().describe('Each becomes a relation of this name in the SQL.'),
    outputs: z.record(name, outputSchema).optional().describe('By table.'),
    schedule: z
      .strictObject({
        cron: cron.optional(),
        after: z.array(tableId).optional().describe('Run when one of these has new data.'),
      })
      .optional(),
    successor: tableId.optional().describe('What replaces the product when it retires.'),
  })
  .describe('How a product is made.')

export type BuildText = z.infer<typeof buildSchema>
export type InputText = z.infer<typeof inputSchema>
export type OutputText = z.infer<typeof outputSchema>
