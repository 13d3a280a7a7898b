import { hasErrors, nearest } from '../base/index.ts'
import { defaultInfrastructure, foldAscii, type Domain, type Product } from '../mesh/index.ts'
import type { Documents } from './documents.ts'
import { domainAssumptions, parseDomain, titleOf } from './parse-domain.ts'
import type { Reporter } from './reporter.ts'
import type { Surroundings } from './workspace.ts'

export interface ReadDomain {
  readonly domain: Domain
  readonly assumed: readonly string[]
}

/** The domains that the documents describe, each once. */
export function readDomains(documents: Documents, around: Surroundings): readonly ReadDomain[] {
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
  return domains.flatMap(domain => {
    const report = seen.get(foldAscii(domain.id))!
    return hasErrors(report.issues) ? [] : [{ domain, assumed: domainAssumptions(report, domain) }]
  })
}

/** Domains that no document describes yet: made from their id, for whoever publishes first. */
export function deriveDomains(
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
