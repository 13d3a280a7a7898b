import type { Product, ProductKind, ProductStatus } from '../mesh/index.ts'
import type { Path } from './document-place.ts'
import { fitVersion } from './fit-version.ts'
import { descriptionOf, supportOf, versionOf } from './parse-contract.ts'
import { listOf, mapsOf, textOf, textsOf, type Plain } from './plain.ts'
import type { Reporter } from './reporter.ts'
import { suggestion } from './shape-findings.ts'
import { productStandard } from './standards.ts'
import { resolveVariables } from './variables.ts'

/** A product as its ODPS document alone says it. */
export interface ProductDraft {
  readonly file: string
  readonly id: string
  readonly title?: string
  readonly version?: string
  readonly status?: ProductStatus
  readonly kind?: ProductKind
  readonly domain?: string
  readonly description: Product['description']
  readonly tags: readonly string[]
  readonly team?: unknown
  readonly support: Product['support']
  readonly ports: readonly PortDraft[]
  readonly report: Reporter
}

export interface PortDraft {
  readonly name: string
  readonly version?: string
  readonly contractId?: string
  readonly path: Path
}

/** Checks that the document is an ODPS document at all. Gives its value, variables resolved, or undefined with issues. */
export function readProduct(report: Reporter): Plain | undefined {
  const version = fitVersion(productStandard, report)
  if (version === undefined) return undefined
  const value = version === 'v1.1.0' ? resolveVariables(report.document.value, report) : report.document.value
  return mapsOf(value)
}

/** An ODPS document as the mesh understands it. */
export function parseProduct(report: Reporter): ProductDraft | undefined {
  const value = readProduct(report)
  if (value === undefined) return undefined
  const [title, domain] = [textOf(value.name), textOf(value.domain)]
  const status = statusOf(value, report)
  const kind = kindOf(value, report)
  return {
    file: report.document.file,
    id: textOf(value.id) ?? '',
    ...(title === undefined ? {} : { title }),
    ...(value.version === undefined ? {} : { version: versionOf(value.version, report) }),
    ...(status === undefined ? {} : { status }),
    ...(kind === undefined ? {} : { kind }),
    ...(domain === undefined ? {} : { domain }),
    description: descriptionOf(value.description),
    tags: textsOf(value.tags),
    ...(value.team === undefined ? {} : { team: value.team }),
    support: supportOf(value.support),
    ports: portsOf(value, report),
    report,
  }
}

function portsOf(value: Plain, report: Reporter): readonly PortDraft[] {
  const seen = new Map<string, number>()
  return listOf(value.outputPorts).map((port, i): PortDraft => {
    const [name = '', version, contractId] = [textOf(port.name), textOf(port.version), textOf(port.contractId)]
    const key = JSON.stringify([name, version])
    const first = seen.get(key)
    if (first === undefined) seen.set(key, i)
    else {
      const message = `The port ${name}${version === undefined ? '' : ` ${version}`} stands here twice.`
      report.error('product.port-repeated', ['outputPorts', i], message, 'Give each port a name or version of its own.')
    }
    return {
      name,
      ...(version === undefined ? {} : { version }),
      ...(contractId === undefined ? {} : { contractId }),
      path: ['outputPorts', i],
    }
  })
}

const statuses = ['draft', 'proposed', 'active', 'deprecated', 'retired'] as const

export function statusOf(value: Plain, report: Reporter): ProductStatus | undefined {
  if (value.deprecated === true) return 'deprecated'
  const written = textOf(value.status)
  const status = statuses.find(known => known === written?.toLowerCase())
  if (status === undefined && written !== undefined) {
    const message = `A product cannot have the status ${JSON.stringify(written)}.`
    report.error('product.status', ['status'], message, suggestion(written, statuses))
  }
  return status
}

const kinds: Readonly<Record<string, ProductKind>> = {
  sourceAligned: 'source-aligned',
  aggregate: 'aggregate',
  consumerAligned: 'consumer-aligned',
  'source-aligned': 'source-aligned',
  'consumer-aligned': 'consumer-aligned',
}

function kindOf(value: Plain, report: Reporter): ProductKind | undefined {
  const written = textOf(value.type)
  if (written === undefined) return undefined
  const kind = kinds[written]
  if (kind === undefined) {
    const message = `The product type ${JSON.stringify(written)} is not known: the kind is derived.`
    report.warning(
      'product.kind',
      ['type'],
      message,
      suggestion(written, ['sourceAligned', 'aggregate', 'consumerAligned']),
    )
  }
  return kind
}
