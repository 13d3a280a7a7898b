import { hasErrors } from '../base/index.ts'
import type { Product, SourceFile } from '../mesh/index.ts'
import { assembleProduct } from './assemble-product.ts'
import { buildSchema } from './build-schema.ts'
import { checkSchema } from './check-schema.ts'
import type { MeshWords } from './column-context.ts'
import { folderOf } from './document-path.ts'
import type { Documents } from './documents.ts'
import { linkReferences, type MeshTables, type PlacedContract } from './link-references.ts'
import { parseContract } from './parse-contract.ts'
import { parseProduct } from './parse-product.ts'
import { present } from './plain.ts'
import { productName, type ProductName } from './product-name.ts'
import { groupProducts, type ProductParts } from './product-parts.ts'
import type { Reporter } from './reporter.ts'
import type { Surroundings } from './workspace.ts'

export interface ReadProduct {
  readonly parts: ProductParts
  readonly report: Reporter
  readonly product?: Product
  /** `domain.table` of all that its readable contracts promise, though other documents have errors. */
  readonly tables: readonly string[]
  readonly assumed: readonly string[]
}

/** Every product of the documents, those with errors without their `product`. */
export function readProducts(
  documents: Documents,
  sources: readonly SourceFile[],
  words: MeshWords | undefined,
  around: Pick<Surroundings, 'domains' | 'hasTable'>,
): readonly ReadProduct[] {
  const contracts = documents.of('contract').map(report => parseContract(report, words) ?? report)
  const drafts = documents.of('product').map(report => parseProduct(report) ?? report)
  const groups = groupProducts(drafts, contracts, documents.of('build'))
  const named = groups.flatMap(parts => {
    const report = parts.reports[0]!
    const name = productName(parts, documents.domainAround(parts.folder), report)
    return name === undefined ? [] : [{ parts, report, name }]
  })
  const placed = named.flatMap(({ parts, name }) =>
    parts.ports.map((port): PlacedContract => ({ draft: port.contract, domain: name.domain })),
  )
  // A contract that cannot be read may hold any table.
  const complete = contracts.every(contract => 'contract' in contract)
  const mesh: MeshTables = complete ? present({ hasTable: around.hasTable }) : { hasTable: () => true }
  checkLonelyBuilds(documents, groups)
  return named.map(({ parts, report, name }) => read(parts, report, name))

  function read(parts: ProductParts, report: Reporter, name: ProductName): ReadProduct {
    const ports = parts.ports.map(port => ({
      name: port.name,
      contract: linkReferences({ draft: port.contract, domain: name.domain }, placed, mesh),
    }))
    const domain = around.domains.find(candidate => candidate.id === name.domain)
    const { product, assumptions } = assembleProduct(parts, name, {
      documents,
      sources,
      domain,
      contracts: ports,
      report,
    })
    const tables = ports.flatMap(({ contract }) => contract.tables.map(table => `${name.domain}.${table.name}`))
    return { parts, report, tables, assumed: assumptions, ...(product === undefined ? {} : { product }) }
  }
}

/** A build.yaml beside no contract is a product that somebody forgot to finish. */
function checkLonelyBuilds(documents: Documents, groups: readonly ProductParts[]): void {
  const used = new Set(groups.flatMap(parts => (parts.build === undefined ? [] : [parts.build])))
  const broken = new Set(
    documents
      .of('contract')
      .filter(r => hasErrors(r.issues))
      .map(r => folderOf(r.document.file)),
  )
  for (const report of documents.of('build')) {
    if (used.has(report)) continue
    if (broken.has(folderOf(report.document.file))) {
      checkSchema(buildSchema, 'Build', report)
      continue
    }
    report.error(
      'build.no-contract',
      [],
      'There is no contract beside this build.yaml.',
      'Write one: meshwright new product DOMAIN/NAME',
    )
  }
}
