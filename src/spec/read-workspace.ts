import type { Issue } from '../base/index.ts'
import { defaultSettings, type MeshSettings, type SourceFile } from '../mesh/index.ts'
import type { MeshWords } from './column-context.ts'
import { checkSchedules } from './check-schedules.ts'
import { sortDocuments, type Documents } from './documents.ts'
import { formatPath, parsePath, type Path } from './document-place.ts'
import { inputPlaces } from './input-places.ts'
import { parseMesh } from './parse-mesh.ts'
import { mapsOf } from './plain.ts'
import { deriveDomains, readDomains } from './read-domains.ts'
import { readPaths } from './read-paths.ts'
import { readPolicies, type ReadPolicy } from './read-policies.ts'
import { readProducts } from './read-products.ts'
import { withoutClashes } from './without-clashes.ts'
import type { Surroundings, TextFile, Workspace } from './workspace.ts'

/** Nothing is in force yet. */
export const withoutSurroundings: Surroundings = { settings: defaultSettings, domains: [], guessed: true }

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
  const readable = readDomains(documents, around)
  const domains = readable.map(({ domain }) => domain)
  const policies = readPolicies(documents, settings, domains)
  const assumptions: { product: string; text: string }[] = readable.flatMap(({ domain, assumed }) =>
    assumed.map(text => ({ product: domain.id, text })),
  )
  const words = mesh.broken ? undefined : wordsOf(settings, mesh.settings === undefined && around.guessed === true)
  const products = readProducts(documents, sources, words, { ...around, domains: [...domains, ...around.domains] })
  for (const { product, assumed } of products) {
    if (product !== undefined) assumptions.push(...assumed.map(text => ({ product: product.id, text })))
  }
  const read = withoutClashes(products)
  checkSchedules(products, around)
  const derived = deriveDomains(read, domains, around)
  for (const { id } of derived) {
    const first = read.find(product => product.domain === id)!
    assumptions.push({ product: first.id, text: `domain ${id} does not exist yet: publish creates it, owned by you` })
  }
  const fileIssues = [...documents.all.flatMap(report => report.issues), ...documents.issues]
  return {
    ...(mesh.settings === undefined ? {} : { mesh: mesh.settings }),
    domains: [...domains, ...derived],
    policies: policies.map(({ policy }) => policy),
    products: read,
    issues: sortedIssues(fileIssues),
    assumptions,
    reads: readPaths(read, products, sources),
    placeInPolicy: placesOf(policies),
    placeInBuild: inputPlaces(products, documents.sql),
  }
}

function placesOf(policies: readonly ReadPolicy[]): NonNullable<Workspace['placeInPolicy']> {
  return (policy, path, at) => {
    const document = policies.find(read => read.policy === policy)?.report.document
    if (document === undefined) return { file: policy.file }
    const written = asWritten(parsePath(path) ?? [], document.value)
    return {
      file: document.file,
      ...(at === undefined ? document.placeOf(written) : document.placeIn(written, at)),
      path: formatPath(written),
    }
  }
}

/** A point may be written as one rule instead of a list of one. */
function asWritten(path: Path, value: unknown): Path {
  const [point, index, ...rest] = path
  const single = typeof point === 'string' && index === 0 && !Array.isArray(mapsOf(value)[point])
  return single ? [point, ...rest] : path
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

const wordsOf = (settings: MeshSettings, guessed: boolean): MeshWords => ({
  guessed,
  classes: new Set(settings.classes.map(c => c.id)),
  identifiers: new Set(Object.keys(settings.identifiers)),
})

function sortedIssues(issues: readonly Issue[]): readonly Issue[] {
  const order = (a: Issue, b: Issue) =>
    (a.file ?? '') === (b.file ?? '')
      ? (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
      : (a.file ?? '') < (b.file ?? '')
        ? -1
        : 1
  return [...issues].sort(order)
}
