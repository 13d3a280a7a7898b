import { z, type ZodType } from 'zod'
import type { Operation } from './operation.ts'
import { operations } from './operations.ts'
import { answerMediaTypes, problemShape, queryAnswer, queryBody, uploadAnswer } from './streaming.ts'

type Schema = Record<string, unknown>

/** The OpenAPI 3.1 document: every operation of the table, and the two doors that stream. */
export function openApi(version: string): Schema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Meshwright',
      version,
      description:
        'An open-source data mesh platform. Every refusal is `application/problem+json` with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths: { ...tablePaths(), ...queryPath, ...uploadPath },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schemaOf(problemShape, 'output') },
      responses: {
        Problem: {
          description: 'The answer is no: which rule, whose, and how to get past it.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  }
}

/** Headers that every operation understands. */
const headers = [
  { name: 'Meshwright-Purpose', in: 'header', schema: { type: 'string' }, description: 'Why the data is used.' },
  {
    name: 'Meshwright-On-Behalf-Of',
    in: 'header',
    schema: { type: 'string' },
    description: 'From an agent: the token of the person for whom it acts.',
  },
]

function tablePaths(): Record<string, Schema> {
  const paths: Record<string, Schema> = {}
  for (const [id, operation] of Object.entries(operations) as [string, Operation][]) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: entryOf(id, operation) }
  }
  return paths
}

function entryOf(id: string, { summary, params, query, body, answer, for: whom }: Operation): Schema {
  return {
    operationId: id,
    summary,
    ...(whom === 'anyone' ? { security: [] } : {}),
    parameters: [
      ...parametersOf('path', params),
      ...parametersOf('query', query),
      ...(whom === 'anyone' ? [] : headers),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: schemaOf(answer, 'output') } } },
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

function parametersOf(place: 'path' | 'query', shape: ZodType | undefined): Schema[] {
  if (shape === undefined) return []
  const { properties, required } = schemaOf(shape, 'input') as {
    properties: Record<string, Schema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || (required?.includes(name) ?? false),
    ...(description === undefined ? {} : { description }),
    schema,
  }))
}

function schemaOf(shape: ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io }) as Schema
  return schema
}

const receiptHeader = {
  'Meshwright-Receipt': { schema: { type: 'string' }, description: 'Names the receipt of this answer.' },
}
const binary = { type: 'string', format: 'binary' }

const queryPath = {
  '/api/v1/query': {
    post: {
      operationId: 'query',
      summary: 'Governed SQL; Accept chooses the format of the answer',
      parameters: headers,
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(queryBody, 'input') } } },
      responses: {
        200: {
          description: 'The rows, as they are computed.',
          headers: receiptHeader,
          content: {
            [answerMediaTypes.json]: { schema: schemaOf(queryAnswer, 'output') },
            [answerMediaTypes.ndjson]: { schema: { type: 'string', description: 'One object a row.' } },
            [answerMediaTypes.csv]: { schema: { type: 'string', description: 'RFC 4180, with a header.' } },
            [answerMediaTypes.arrow]: { schema: binary },
            [answerMediaTypes.parquet]: { schema: binary },
          },
        },
        default: { $ref: '#/components/responses/Problem' },
      },
    },
  },
}

const uploadPath = {
  '/api/v1/uploads/{digest}': {
    put: {
      operationId: 'upload',
      summary: 'Store a file of a publication under its SHA-256',
      parameters: [
        { name: 'digest', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
        ...headers,
      ],
      requestBody: { required: true, content: { 'application/octet-stream': { schema: binary } } },
      responses: {
        200: {
          description: 'Stored.',
          content: { 'application/json': { schema: schemaOf(uploadAnswer, 'output') } },
        },
        default: { $ref: '#/components/responses/Problem' },
      },
    },
  },
}
