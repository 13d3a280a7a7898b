import { z } from 'zod'
import { buildSchema } from './build-schema.ts'
import { domainSchema } from './domain-schema.ts'
import { meshSchema } from './mesh-schema.ts'
import { policySchema } from './policy-schema.ts'

/** JSON Schemas of our own kinds, as committed under `schemas/` for editors. Never made at run time. */
export function jsonSchemas(): Readonly<Record<'mesh' | 'domain' | 'build' | 'policy', string>> {
  return {
    mesh: textOf('Mesh', meshSchema),
    domain: textOf('Domain', domainSchema),
    build: textOf('Build', buildSchema),
    policy: textOf('Policy', policySchema),
  }
}

const textOf = (title: string, schema: z.ZodType): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }) }, undefined, 2)}\n`
