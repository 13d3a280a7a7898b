import { limits } from '../base/index.ts'
import { reservedDomainIds } from '../mesh/index.ts'
import type { ProductParts } from './product-parts.ts'
import type { Reporter } from './reporter.ts'

/** Where a product belongs and what it is called. */
export interface ProductName {
  readonly domain: string
  readonly name: string
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const isName = (text: string) => limits.namePattern.test(text) && !uuid.test(text)

/**
 * The domain: of the nearest `domain.yaml` upward, else what the documents say, else the prefix of the id. The name: the
 * end of the id where the id is one for people, else the name of the file.
 */
export function productName(
  parts: ProductParts,
  around: { readonly id: string | undefined } | undefined,
  report: Reporter,
): ProductName | undefined {
  const id = parts.draft?.id ?? parts.ports[0]?.contract.contract.id ?? ''
  const [prefix, suffix] = idParts(id)
  const written = parts.draft?.domain ?? parts.ports[0]?.contract.domain
  const domain = around === undefined ? (written ?? prefix) : around.id
  const name = suffix ?? (isName(id) ? id : parts.stem)
  if (domain === undefined) {
    // A domain.yaml without a readable id says so itself.
    if (around === undefined) {
      const message = 'The product belongs to no domain: no domain.yaml lies above it, and its id has no prefix.'
      report.error('product.no-domain', [], message, 'Add it: domain: …')
    }
    return undefined
  }
  const named = checkName('domain', domain, report) && checkName('product', name, report)
  if (named && reservedDomainIds.has(domain.toLowerCase())) {
    const message = `No domain can be called ${domain}: the name means something to the engine or to Meshwright.`
    report.error(
      'domain.reserved',
      [written === undefined ? 'id' : 'domain'],
      message,
      `Call it ${domain}-domain, for example.`,
    )
    return undefined
  }
  if (named && around !== undefined && written !== undefined && written !== domain) {
    const message = `The document says domain ${written}, but it lies in the domain ${domain}, which counts.`
    report.warning('product.domain-differs', ['domain'], message, `Write domain: ${domain}, or move the product.`)
  }
  if (named && around !== undefined && prefix !== undefined && prefix !== domain && written === undefined) {
    const message = `The id ${id} names the domain ${prefix}, but the product lies in the domain ${domain}: it becomes ${domain}.${name}.`
    report.warning('product.domain-differs', ['id'], message, `Write id: ${domain}.${name}, or move the product.`)
  }
  return named ? { domain, name } : undefined
}

/** `flights.punctuality` → both parts; nothing for any other id. */
function idParts(id: string): readonly [string | undefined, string | undefined] {
  const [prefix = '', suffix = '', ...more] = id.split('.')
  return more.length === 0 && isName(prefix) && isName(suffix) ? [prefix, suffix] : [undefined, undefined]
}

function checkName(what: 'domain' | 'product', name: string, report: Reporter): boolean {
  if (limits.namePattern.test(name)) return true
  const message = `${JSON.stringify(name.slice(0, 200))} cannot be the name of a ${what}.`
  report.error(`${what}.name`, ['id'], message, 'Use letters, digits, _ and -, starting with a letter: at most 128.')
  return false
}
