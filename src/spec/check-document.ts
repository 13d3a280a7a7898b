import type { Issue } from '../base/index.ts'
import { buildSchema } from './build-schema.ts'
import { checkSchema } from './check-schema.ts'
import { documentKindOf } from './document-path.ts'
import { readContract } from './parse-contract.ts'
import { parseDomain } from './parse-domain.ts'
import { parseMesh } from './parse-mesh.ts'
import { parsePolicy } from './parse-policy.ts'
import { readProduct } from './parse-product.ts'
import { reporterOf, type Reporter } from './reporter.ts'
import type { TextFile } from './workspace.ts'
import { readYaml } from './yaml-document.ts'

/** One document by itself, without what it refers to: by its name, else by the kind that it declares. */
export function checkDocument(file: TextFile): readonly Issue[] {
  const report = reporterOf(readYaml(file))
  if (report.document.value === undefined) return report.issues
  const kind = documentKindOf(file.path) ?? kinds[kindOf(report.document.value)]
  const check = kind === undefined ? undefined : checks[kind]
  if (check === undefined)
    report.error(
      'document.kind',
      [],
      'No kind of document is known by this name or kind.',
      `Known: ${Object.keys(kinds).join(', ')}.`,
    )
  else check(report)
  return report.issues
}

/** By its name, else by the kind that it declares. */
export const kindOfDocument = (file: TextFile): string | undefined =>
  documentKindOf(file.path) ?? kinds[kindOf(readYaml(file).value)]

const checks: Readonly<Record<string, (report: Reporter) => unknown>> = {
  mesh: parseMesh,
  domain: parseDomain,
  build: report => checkSchema(buildSchema, 'Build', report),
  policy: report => parsePolicy(report, undefined, report.document.file),
  contract: readContract,
  product: readProduct,
}

const kinds: Readonly<Record<string, string>> = {
  Mesh: 'mesh',
  Domain: 'domain',
  Build: 'build',
  Policy: 'policy',
  DataContract: 'contract',
  DataProduct: 'product',
}

const kindOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : ''
