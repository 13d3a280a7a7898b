import { limits } from '../base/index.ts'
import { parseVersion, type Column, type Contract, type ContractTable, type Expectation } from '../mesh/index.ts'
import type { ColumnContext, MeshWords } from './column-context.ts'
import { checkDistinct, columnOf } from './column.ts'
import { columnExpectations } from './column-expectations.ts'
import type { Path } from './document-place.ts'
import { fitVersion } from './fit-version.ts'
import { listOf, mapsOf, present, textOf, textsOf, type Plain } from './plain.ts'
import { expectationsOf, withUniqueIds } from './quality.ts'
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
      [],
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

function tableOf(object: Plain, path: Path, context: ColumnContext): ContractTable {
  const { report } = context
  const name = textOf(object.name) ?? ''
  const properties = listOf(object.properties)
  checkTableName(name, [...path, 'name'], report)
  if (properties.length === 0) {
    report.error('table.no-columns', path, `The table ${name} has no properties.`, 'Add them: properties: [{name: …}]')
  }
  if (properties.length > limits.columnsMax) {
    const message = `The table ${name} has ${properties.length} columns; at most ${limits.columnsMax} are allowed.`
    report.error('table.too-wide', [...path, 'properties'], message, 'Split it into several tables.')
    return { name, tags: [], columns: [], expectations: [] }
  }
  const columns = properties.map((property, i) => columnOf(property, [...path, 'properties', i], context))
  checkDistinct(columns, [...path, 'properties'], report)
  const own = listOf(object.quality).flatMap((rule, i) =>
    expectationsOf(rule, { path: [...path, 'quality', i], report }),
  )
  const ofColumns: readonly Expectation[] = properties.flatMap((property, i) =>
    columnExpectations(property, [...path, 'properties', i], report),
  )
  const [title, description] = [textOf(object.businessName), textOf(object.description)]
  return {
    name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    tags: textsOf(object.tags),
    columns: withKey(columns, properties, path, report),
    expectations: withUniqueIds([...ofColumns, ...own]),
  }
}

function checkTableName(name: string, path: Path, report: Reporter): void {
  if (!limits.namePattern.test(name)) {
    const message = `${JSON.stringify(name)} cannot be the name of a table.`
    report.error('table.name', path, message, 'Use letters, digits, _ and -, starting with a letter: at most 128.')
  } else if (/_v\d+$/i.test(name)) {
    const message = `The table name ${name} ends in _v and a number, which pins a major version in SQL.`
    report.error('table.name', path, message, `Call it ${name.replace(/_v\d+$/i, '')}; the version is the contract's.`)
  }
}

/** Positions as written; where no part of the key has one, the order of the columns. */
function withKey(
  columns: readonly Column[],
  properties: readonly Plain[],
  path: Path,
  report: Reporter,
): readonly Column[] {
  const parts = properties.flatMap((property, i) => {
    if (property.primaryKey !== true) return []
    const position = property.primaryKeyPosition
    return [{ i, position: typeof position === 'number' && position > 0 ? position : undefined }]
  })
  const positions = new Map<number, number>()
  const anyWritten = parts.some(part => part.position !== undefined)
  parts.forEach(({ i, position }, order) => {
    const at = anyWritten ? position : order + 1
    const clash = at === undefined ? undefined : [...positions].find(([, other]) => other === at)
    if (at === undefined || clash !== undefined) {
      const message =
        at === undefined
          ? 'This part of the primary key has no position.'
          : `Two columns have position ${at} in the primary key.`
      report.error(
        'table.key-position',
        [...path, 'properties', i],
        message,
        'Number all parts: primaryKeyPosition: 1, 2, …',
      )
    } else positions.set(i, at)
  })
  return columns.map((column, i) => {
    const keyPosition = positions.get(i)
    return keyPosition === undefined ? column : { ...column, keyPosition }
  })
}

/** A path of the server's own disk is nothing that a document may name. */
function refuseLocalServers(value: Plain, report: Reporter): void {
  listOf(value.servers).forEach((server, i) => {
    if (server.type !== 'local') return
    const message = 'A server of type local names a path of the machine that reads the contract.'
    const fix = 'Remove it; files are inputs of build.yaml: {source: file, path: data.csv}'
    report.error('contract.local-server', ['servers', i, 'type'], message, fix)
  })
}
