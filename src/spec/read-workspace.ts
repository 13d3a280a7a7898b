import { hasErrors, nearest, type Issue } from '../base/index.ts'
import {
  defaultInfrastructure,
  defaultSettings,
  foldAscii,
  majorOf,
  policyKey,
  type Domain,
  type MeshSettings,
  type Policy,
  type Product,
  type SourceFile,
} from '../mesh/index.ts'
import { assembleProduct } from './assemble-product.ts'
import type { MeshWords } from './column-context.ts'
import { folderOf } from './document-path.ts'
import { sortDocuments, type Documents } from './documents.ts'
import { linkReferences, type PlacedContract } from './link-references.ts'
import { parseContract } from './parse-contract.ts'
import { parseDomain, titleOf } from './parse-domain.ts'
import { parseMesh } from './parse-mesh.ts'
import { parsePolicy } from './parse-policy.ts'
import { parseProduct } from './parse-product.ts'
import { productName, type ProductName } from './product-name.ts'
import { groupProducts, type ProductParts } from './product-parts.ts'
import type { Reporter } from './reporter.ts'
import type { Surroundings, TextFile, Workspace } from './workspace.ts'

/** Nothing is in force yet. */
export const withoutSurroundings: Surroundings = { settings: defaultSettings, domains: [] }

/**
 * Reads all documents of a publication, resolves what they refer to, derives what they leave out, and tells everything
 * that is wrong at once. `sources` are the data files beside them, of which only names and sizes matter here.
 */
export function readWorkspace(
  files: readonly TextFile[],
  sources: readonly SourceFile[],
  around: Surroundings,
): Workspace {
  const documents = sortDocuments(files)
  const mesh = readMesh(documents)
  const settings = mesh.settings ?? around.settings
  const domains = readDomains(documents, around)
  const policies = readPolicies(documents, settings, domains)
  const assumptions: { product: string; text: string }[] = []
  const products = readProducts(documents, sources, mesh.broken ? undefined : wordsOf(settings), [
    ...domains,
    ...around.domains,
  ])
  for (const { product, assumed } of products) {
    if (product !== undefined) assumptions.push(...assumed.map(text => ({ product: product.id, text })))
  }
  const read = withoutClashes(products)
  const derived = deriveDomains(read, domains, around)
  for (const { id } of derived) {
    const first = read.find(product => product.domain === id)!
    assumptions.push({ product: first.id, text: `domain ${id} does not exist yet: publish creates it, owned by you` })
  }
  const fileIssues = [...documents.all.flatMap(report => report.issues), ...documents.issues]
  return {
    ...(mesh.settings === undefined ? {} : { mesh: mesh.settings }),
    domains: [...domains, ...derived],
    policies,
    products: read,
    issues: sortedIssues(fileIssues),
    assumptions,
    reads: readPaths(read, products, sources),
  }
}

function readMesh(documents: Documents): { readonly settings?: MeshSettings; readonly broken: boolean } {
  const [first, ...others] = documents.of('mesh')
  if (first === undefined) return { broken: false }
  for (const other of others) {
    const message = `There is another mesh.yaml, ${first.document.file}: a mesh has one.`
    other.error('mesh.several', [], message, 'Keep one of them.')
  }
  const settings = parseMesh(first)
  return settings === undefined ? { broken: true } : { settings, broken: false }
}

const wordsOf = (settings: MeshSettings): MeshWords => ({
  classes: new Set(settings.classes.map(c => c.id)),
  identifiers: new Set(Object.keys(settings.identifiers)),
})

function readDomains(documents: Documents, around: Surroundings): readonly Domain[] {
  const seen = new Map<string, Reporter>()
  const domains: Domain[] = []
  for (const report of documents.of('domain')) {
    const domain = parseDomain(report)
    if (domain === undefined) continue
    const first = seen.get(foldAscii(domain.id))
    if (first !== undefined) {
      const message = `The domain ${domain.id} is described in ${first.document.file} too.`
      report.error('domain.repeated', ['id'], message, 'Give one of them another id.')
      continue
    }
    seen.set(foldAscii(domain.id), report)
    domains.push(domain)
  }
  const known = new Set([...domains, ...around.domains].map(domain => domain.id))
  for (const { id, parent } of domains) {
    if (parent === undefined || known.has(parent)) continue
    const message = `The parent ${parent} is no domain of the mesh.`
    const near = nearest(parent, known)
    const fix = near === undefined ? 'Publish that domain first, or together with this one.' : `Did you mean ${near}?`
    seen.get(foldAscii(id))?.error('domain.parent-unknown', ['parent'], message, fix)
  }
  return domains.filter(domain => !hasErrors(seen.get(foldAscii(domain.id))?.issues ?? []))
}

function readPolicies(documents: Documents, settings: MeshSettings, domains: readonly Domain[]): readonly Policy[] {
  const teams = [...Object.keys(settings.teams), ...domains.map(domain => domain.team), settings.governance.team ?? '']
  const seen = new Map<string, string>()
  return documents.of('policy').flatMap(report => {
    const { file } = report.document
    const domain = documents.domainAround(folderOf(file))
    const top = domain?.folder ?? folderOf(documents.of('mesh')[0]?.document.file ?? '')
    const name = top !== '' && file.startsWith(`${top}/`) ? file.slice(top.length + 1) : file
    const policy = parsePolicy(report, domain?.id, name)
    if (policy === undefined || (domain !== undefined && domain.id === undefined)) return []
    const key = policyKey(policy)
    const first = seen.get(key)
    if (first !== undefined) {
      report.error(
        'policy.repeated',
        ['id'],
        `The policy ${policy.id} is in ${first} too.`,
        'Give one of them another id.',
      )
    }
    seen.set(key, first ?? file)
    // Teams may come from the identity provider: only a name that looks mistyped is worth a word.
    const near = teams.includes(policy.team)
      ? undefined
      : nearest(
          policy.team,
          teams.filter(team => team !== ''),
        )
    if (near !== undefined) {
      report.warning(
        'policy.team-unknown',
        ['team'],
        `No document names the team ${policy.team}.`,
        `Did you mean ${near}?`,
      )
    }
    return hasErrors(report.issues) ? [] : [policy]
  })
}

interface ReadProduct {
  readonly parts: ProductParts
  readonly report: Reporter
  readonly product?: Product
  readonly assumed: readonly string[]
}

function readProducts(
  documents: Documents,
  sources: readonly SourceFile[],
  words: MeshWords | undefined,
  domains: readonly Domain[],
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
  checkLonelyBuilds(documents, groups)
  return named.map(({ parts, report, name }) => read(parts, report, name))

  function read(parts: ProductParts, report: Reporter, name: ProductName): ReadProduct {
    const ports = parts.ports.map(port => ({
      name: port.name,
      contract: linkReferences({ draft: port.contract, domain: name.domain }, placed),
    }))
    const domain = domains.find(candidate => candidate.id === name.domain)
    const { product, assumptions } = assembleProduct(parts, name, {
      documents,
      sources,
      domain,
      contracts: ports,
      report,
    })
    return { parts, report, assumed: assumptions, ...(product === undefined ? {} : { product }) }
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
    if (used.has(report) || broken.has(folderOf(report.document.file))) continue
    report.error(
      'build.no-contract',
      [],
      'There is no contract beside this build.yaml.',
      'Write one: meshwright new product DOMAIN/NAME',
    )
  }
}

/** Products and tables are named once in the mesh; of a clash the later one is left out. */
function withoutClashes(products: readonly ReadProduct[]): readonly Product[] {
  const ids = new Map<string, string>()
  const tables = new Map<string, { readonly product: string; readonly file: string }>()
  return products.flatMap(({ product, parts, report }) => {
    if (product === undefined) return []
    const first = ids.get(foldAscii(product.id))
    if (first !== undefined) {
      report.error(
        'product.repeated',
        ['id'],
        `The product ${product.id} is described in ${first} too.`,
        'Give one of them another id.',
      )
      return []
    }
    ids.set(foldAscii(product.id), report.document.file)
    let clash = false
    product.ports.forEach(({ contract }, p) => {
      const draft = parts.ports[p]!.contract
      contract.tables.forEach((table, i) => {
        const path = ['schema', i, 'name']
        const key = foldAscii(`${product.domain}.${table.name}`)
        const other = tables.get(key)
        const major = `${key}@${majorOf(contract.version)}`
        if (other !== undefined && (other.product !== product.id || tables.has(major))) {
          clash = true
          const message = `The table ${product.domain}.${table.name} is promised in ${other.file} too.`
          draft.report.error(
            'table.repeated',
            path,
            message,
            'Give one of them another name, or another major version.',
          )
        }
        tables.set(key, other ?? { product: product.id, file: draft.file })
        tables.set(major, { product: product.id, file: draft.file })
      })
    })
    return clash ? [] : [product]
  })
}

/** Domains that no document describes yet: made from their id, for whoever publishes first. */
function deriveDomains(
  products: readonly Product[],
  domains: readonly Domain[],
  around: Surroundings,
): readonly Domain[] {
  const known = new Set([...domains, ...around.domains].map(domain => domain.id))
  const missing = [...new Set(products.map(product => product.domain))].filter(id => !known.has(id))
  return missing.map(id => ({
    id,
    title: titleOf(id),
    tags: [],
    team: id,
    members: [],
    notify: {},
    infrastructure: defaultInfrastructure,
    aliases: {},
  }))
}

function readPaths(
  read: readonly Product[],
  products: readonly ReadProduct[],
  sources: readonly SourceFile[],
): readonly string[] {
  const wanted = new Set<string>()
  for (const { product, parts } of products) {
    if (product === undefined || !read.includes(product)) continue
    for (const input of Object.values(product.build.inputs)) {
      if (input.kind !== 'file') continue
      for (const file of input.files) wanted.add(pathFrom(parts.folder, file.path))
    }
  }
  return sources.map(source => source.path).filter(path => wanted.has(path))
}

function pathFrom(folder: string, path: string): string {
  const up = folder === '' ? [] : folder.split('/')
  const down = path.split('/')
  while (down[0] === '..') {
    down.shift()
    up.pop()
  }
  return [...up, ...down].join('/')
}

function sortedIssues(issues: readonly Issue[]): readonly Issue[] {
  const order = (a: Issue, b: Issue) =>
    (a.file ?? '') === (b.file ?? '')
      ? (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
      : (a.file ?? '') < (b.file ?? '')
        ? -1
        : 1
  return [...issues].sort(order)
}
