import { hasErrors } from '../base/index.ts'
import {
  compareVersions,
  foldAscii,
  type Build,
  type Contract,
  type ContractTable,
  type Domain,
  type Product,
  type SourceFile,
} from '../mesh/index.ts'
import type { Documents } from './documents.ts'
import { linkBuild } from './link-build.ts'
import { namedTables } from './names-tables.ts'
import { titleOf } from './parse-domain.ts'
import { statusOf } from './parse-product.ts'
import { listOf, mapsOf, present, textOf } from './plain.ts'
import type { ProductName } from './product-name.ts'
import type { ProductParts } from './product-parts.ts'
import type { Reporter } from './reporter.ts'
import { stemOf } from './document-path.ts'

export interface ProductWorld {
  readonly documents: Documents
  readonly sources: readonly SourceFile[]
  readonly domain: Domain | undefined
  readonly contracts: readonly { readonly name: string; readonly contract: Contract }[]
  readonly report: Reporter
}

export interface AssembledProduct {
  /** Absent where a document of it has errors. */
  readonly product?: Product
  readonly assumptions: readonly string[]
}

/** One product of its documents, with what was assumed because none of them says it. */
export function assembleProduct(parts: ProductParts, name: ProductName, world: ProductWorld): AssembledProduct {
  const { documents, sources, report } = world
  const contracts = newestFirst(world.contracts)
  const assumptions: string[] = []
  const assume = (text: string) => void assumptions.push(text)
  const { draft, folder } = parts
  const first = contracts[0]?.contract
  const linked = linkBuild(parts.build, {
    folder,
    sql: documents.sql,
    sources,
    tables: tablesOf(contracts.map(port => port.contract)),
    stems: [parts.stem, name.name, ...parts.ports.map(port => stemOf(port.contract.file))],
    report,
    complete: parts.complete && contracts.length > 0,
    assume,
  })
  if (linked === undefined || first === undefined || parts.reports.some(r => hasErrors(r.issues)))
    return { assumptions }

  const version =
    draft?.version ?? contracts.map(p => p.contract.version).reduce((a, b) => (compareVersions(a, b) < 0 ? b : a))
  const contractStatus = statusOf(parts.ports[0]?.contract.value ?? {}, parts.ports[0]?.contract.report ?? report)
  if (hasErrors(report.issues)) return { assumptions }
  const described = draft === undefined ? first.description : { ...first.description, ...draft.description }
  const readme = documents.readmes.get(folder)
  const product: Product = {
    id: `${name.domain}.${name.name}`,
    domain: name.domain,
    name: name.name,
    title: draft?.title ?? first.name ?? titleOf(name.name),
    kind: draft?.kind ?? assumedKind(linked.build, ownTables(name, contracts), assume),
    version,
    status: draft?.status ?? contractStatus ?? 'active',
    description: described,
    tags: draft?.tags ?? first.tags,
    owner: ownerOf(draft?.team ?? parts.ports[0]?.contract.team) ?? assumedOwner(name, world.domain, assume),
    support: supportOf(draft?.support ?? [], first.support, world.domain, assume),
    ports: contracts,
    build: linked.build,
    ...present({ readme, successor: linked.successor }),
  }
  return { product, assumptions }
}

/** Of several majors of one table the newest comes first: it is what a build makes. */
function newestFirst(ports: ProductWorld['contracts']): ProductWorld['contracts'] {
  const names = ports.flatMap(({ contract }) => contract.tables.map(table => table.name))
  return new Set(names).size === names.length
    ? ports
    : ports.toSorted((a, b) => compareVersions(b.contract.version, a.contract.version))
}

/** Of several majors of one table the newest says what a build must give. */
function tablesOf(contracts: readonly Contract[]): ReadonlyMap<string, ContractTable> {
  const tables = new Map<string, ContractTable>()
  for (const contract of [...contracts].sort((a, b) => compareVersions(a.version, b.version))) {
    for (const table of contract.tables) tables.set(table.name, table)
  }
  return tables
}

/** Folded `domain.table` of what the product promises itself. */
const ownTables = ({ domain }: ProductName, contracts: ProductWorld['contracts']): ReadonlySet<string> =>
  new Set(contracts.flatMap(({ contract }) => contract.tables.map(table => foldAscii(`${domain}.${table.name}`))))

function assumedKind(build: Build, own: ReadonlySet<string>, assume: (text: string) => void): Product['kind'] {
  const isOther = (table: string) => !own.has(foldAscii(table))
  const readsTables =
    Object.values(build.inputs).some(input => input.kind === 'table' && isOther(input.table)) ||
    (build.derived && Object.values(build.outputs).some(({ sql }) => namedTables(sql).some(isOther)))
  assume(readsTables ? 'kind aggregate: it reads other tables' : 'kind source-aligned: it reads no other table')
  return readsTables ? 'aggregate' : 'source-aligned'
}

/** The team by name, else the member who is the owner. In old documents a team is the list of its members. */
function ownerOf(team: unknown): string | undefined {
  const name = textOf(mapsOf(team).name)
  if (name !== undefined) return name
  const members = listOf(Array.isArray(team) ? team : mapsOf(team).members)
  return textOf(
    members.find(member => /owner/i.test(textOf(member.role) ?? '') && member.dateOut === undefined)?.username,
  )
}

function assumedOwner(name: ProductName, domain: Domain | undefined, assume: (text: string) => void): string {
  const team = domain?.team ?? name.domain
  assume(`owner: team ${team} of the domain`)
  return team
}

function supportOf(
  own: Product['support'],
  ofContract: Product['support'],
  domain: Domain | undefined,
  assume: (text: string) => void,
): Product['support'] {
  if (own.length > 0) return own
  if (ofContract.length > 0) return ofContract
  const channel = domain?.contact?.channel
  if (channel === undefined) return []
  assume(`support: ${channel} of the domain`)
  return [{ channel }]
}
