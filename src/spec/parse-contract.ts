import { parseVersion, type Contract } from '../mesh/index.ts'
import type { ColumnContext, MeshWords } from './column-context.ts'
import { tableOf } from './contract-table.ts'
import { fitVersion } from './fit-version.ts'
import { listOf, mapsOf, present, textOf, textsOf, type Plain } from './plain.ts'
import { writtenReferences, type WrittenReference } from './relationships.ts'
import type { Reporter } from './reporter.ts'
import { contractStandard } from './standards.ts'
import { termsOf } from './terms.ts'
import { resolveVariables } from './variables.ts'

/** A contract as its document alone says it: what it refers to is found when all documents are known. */
export interface ContractDraft {
  readonly file: string
  readonly contract: Contract
  /** By table, as the schema's order is. */
  readonly references: readonly WrittenReference[]
  readonly domain?: string
  readonly team?: unknown
  /** The document, checked and with its variables resolved. */
  readonly value: Plain
  readonly report: Reporter
}

/** Checks that the document is an ODCS document at all. Gives its value, variables resolved, or undefined with issues. */
export function readContract(report: Reporter): Plain | undefined {
  const version = fitVersion(contractStandard, report)
  if (version === undefined) return undefined
  const value = version === 'v3.2.0' ? resolveVariables(report.document.value, report) : report.document.value
  return mapsOf(value)
}

/** An ODCS document as the mesh understands it, against the mesh's classes and identifiers. */
export function parseContract(report: Reporter, words: MeshWords | undefined): ContractDraft | undefined {
  const value = readContract(report)
  if (value === undefined) return undefined
  const context: ColumnContext = { report, words }
  const version = versionOf(value.version, report)
  refuseLocalServers(value, report)
  const objects = listOf(value.schema)
  if (objects.length === 0) {
    report.error(
      'contract.no-tables',
      value.schema === undefined ? [] : ['schema'],
      'The contract has no schema: it promises no table.',
      'Add it: schema: [{name: …}]',
    )
  }
  const tables = objects.map((object, i) => tableOf(object, ['schema', i], context))
  const [name, domain] = [textOf(value.name), textOf(value.domain)]
  return {
    file: report.document.file,
    contract: {
      id: textOf(value.id) ?? '',
      version,
      status: textOf(value.status) ?? 'active',
      ...(name === undefined ? {} : { name }),
      description: descriptionOf(value.description),
      tables,
      serviceLevels: listOf(value.slaProperties).map(level =>
        present({
          property: textOf(level.property) ?? '',
          value: String((level.value ?? '') as string | number | boolean),
          unit: textOf(level.unit),
          element: textOf(level.element) ?? textOf(value.slaDefaultElement),
          driver: textOf(level.driver),
          description: textOf(level.description),
        }),
      ),
      support: supportOf(value.support),
      tags: textsOf(value.tags),
      terms: termsOf(value),
    },
    references: objects.flatMap((object, i) => writtenReferences(object, ['schema', i], report)),
    ...(domain === undefined ? {} : { domain }),
    ...(value.team === undefined ? {} : { team: value.team }),
    value,
    report,
  }
}

export function versionOf(value: unknown, report: Reporter): string {
  // Both standards' examples write a leading v.
  const version = (textOf(value) ?? '').replace(/^v(?=\d)/, '')
  if (parseVersion(version) === undefined) {
    const message = `${JSON.stringify(value)} is no semantic version.`
    report.error('document.semver', ['version'], message, 'Write three numbers: version: 1.0.0')
  }
  return version
}

export const descriptionOf = (value: unknown): Contract['description'] => {
  const { purpose, usage, limitations } = mapsOf(value)
  return present({ purpose: textOf(purpose), usage: textOf(usage), limitations: textOf(limitations) })
}

export const supportOf = (value: unknown): Contract['support'] =>
  listOf(value).map(({ channel, url }) => present({ channel: textOf(channel) ?? '', url: textOf(url) }))

/** A path of the server's own disk is nothing that a document may name. */
function refuseLocalServers(value: Plain, report: Reporter): void {
  listOf(value.servers).forEach((server, i) => {
    if (server.type !== 'local') return
    const message = 'A server of type local names a path of the machine that reads the contract.'
    const fix = 'Remove it; files are inputs of build.yaml: {source: file, path: data.csv}'
    report.error('contract.local-server', ['servers', i, 'type'], message, fix)
  })
}
