import { nearest } from '../base/index.ts'
import { majorOf, parseVersion } from '../mesh/index.ts'
import { fileNameOf, folderOf, stemOf } from './document-path.ts'
import type { ContractDraft } from './parse-contract.ts'
import type { PortDraft, ProductDraft } from './parse-product.ts'
import type { Reporter } from './reporter.ts'
import { suggestion } from './shape-findings.ts'

/** The documents that make up one product. */
export interface ProductParts {
  readonly folder: string
  /** File name without its ending, of the ODPS document or the first contract. */
  readonly stem: string
  readonly draft?: ProductDraft
  readonly ports: readonly { readonly name: string; readonly contract: ContractDraft }[]
  readonly build?: Reporter
  /** False where a contract of it cannot be read. */
  readonly complete: boolean
  /** Every document of it: errors in any of them leave it out. */
  readonly reports: readonly Reporter[]
}

/**
 * Groups documents to products: an ODPS document with the contracts that its ports name; else the contracts of a folder
 * with a `build.yaml`; else the contracts of one id, which may be there in several majors.
 */
export function groupProducts(
  drafts: readonly (ProductDraft | Reporter)[],
  contracts: readonly (ContractDraft | Reporter)[],
  builds: readonly Reporter[],
): readonly ProductParts[] {
  const readable = contracts.filter(isContract)
  const buildOf = (folder: string) => builds.find(report => folderOf(report.document.file) === folder)
  const used = new Set<string>()
  const products: ProductParts[] = []
  for (const draft of drafts) {
    const report = isDraft(draft) ? draft.report : draft
    const folder = folderOf(report.document.file)
    const beside = readable.filter(contract => folderOf(contract.file) === folder)
    const broken = contracts.filter(isReport).filter(r => folderOf(r.document.file) === folder)
    const alone = drafts.filter(d => folderOf((isDraft(d) ? d.report : d).document.file) === folder).length === 1
    const ports = isDraft(draft) ? portsOf(draft, readable, alone ? beside : [], broken) : []
    const build = buildOf(folder)
    for (const { contract } of ports) used.add(contract.file)
    if (alone) for (const contract of beside) used.add(contract.file)
    for (const unread of broken) used.add(unread.document.file)
    products.push({
      folder,
      stem: stemOf(report.document.file),
      ...(isDraft(draft) ? { draft } : {}),
      ports,
      ...(build === undefined ? {} : { build }),
      complete: broken.length === 0,
      reports: [report, ...ports.map(port => port.contract.report), ...broken, ...(build === undefined ? [] : [build])],
    })
  }
  return [
    ...products,
    ...withoutProductDocument(
      readable.filter(contract => !used.has(contract.file)),
      buildOf,
    ),
  ]
}

function withoutProductDocument(
  contracts: readonly ContractDraft[],
  buildOf: (folder: string) => Reporter | undefined,
): readonly ProductParts[] {
  const groups = new Map<string, ContractDraft[]>()
  for (const contract of contracts) {
    const folder = folderOf(contract.file)
    const key = buildOf(folder) === undefined ? `${folder}\n${contract.contract.id}` : folder
    groups.set(key, [...(groups.get(key) ?? []), contract])
  }
  return [...groups.values()].map(group => {
    const folder = folderOf(group[0]!.file)
    const build = buildOf(folder)
    return {
      folder,
      stem:
        group.length > 1 && build !== undefined ? fileNameOf(folder) || stemOf(group[0]!.file) : stemOf(group[0]!.file),
      ports: group.map(contract => ({ name: portName(contract), contract })),
      ...(build === undefined ? {} : { build }),
      complete: true,
      reports: [...group.map(contract => contract.report), ...(build === undefined ? [] : [build])],
    }
  })
}

/** Contracts of the ports; without ports those in the folder. */
function portsOf(
  draft: ProductDraft,
  all: readonly ContractDraft[],
  beside: readonly ContractDraft[],
  broken: readonly Reporter[],
): ProductParts['ports'] {
  if (draft.ports.length === 0) {
    if (beside.length === 0 && broken.length === 0) {
      const message = 'The product has no output port and there is no contract beside it: it offers nothing.'
      const fix = 'Add a contract, and a port: outputPorts: [{name: …, version: 1.0.0, contractId: …}]'
      draft.report.error('product.no-port', [], message, fix)
    }
    return beside.map(contract => ({ name: portName(contract), contract }))
  }
  for (const contract of beside) {
    if (draft.ports.some(port => port.contractId === undefined || port.contractId === contract.contract.id)) continue
    const message = `No port of ${fileNameOf(draft.file)} offers this contract.`
    const fix = `Add a port: {name: …, version: ${contract.contract.version}, contractId: ${contract.contract.id}}`
    contract.report.warning('product.contract-unused', ['id'], message, fix)
  }
  return draft.ports.flatMap(port => {
    const contract = contractOf(draft, port, all, beside, broken)
    return contract === undefined ? [] : [{ name: port.name, contract }]
  })
}

function contractOf(
  draft: ProductDraft,
  port: PortDraft,
  all: readonly ContractDraft[],
  beside: readonly ContractDraft[],
  broken: readonly Reporter[],
): ContractDraft | undefined {
  const { report } = draft
  if (port.contractId === undefined) {
    if (beside.length === 1) return beside[0]
    const message = `The port ${port.name} does not say which contract it keeps.`
    const fix =
      beside.length === 0
        ? 'Add it: contractId: …'
        : `Add one: contractId: ${beside.map(b => b.contract.id).join(' or ')}`
    report.error('product.port-contract', port.path, message, fix)
    return undefined
  }
  const named = all.filter(({ contract }) => contract.id === port.contractId)
  const near = [...beside, ...named].filter(({ contract }) => contract.id === port.contractId)
  const fitting = near.filter(({ contract }) => fits(port.version, contract.version))
  if (fitting[0] !== undefined) return fitting[0]
  if (broken.length > 0) return undefined
  if (named.length === 0) {
    const ids = all.map(({ contract }) => contract.id)
    const message = `There is no contract with the id ${JSON.stringify(port.contractId)} among the documents.`
    const fix =
      nearest(port.contractId, ids) === undefined
        ? 'Put its *.odcs.yaml beside the product.'
        : suggestion(port.contractId, ids)
    report.error('product.contract-not-found', [...port.path, 'contractId'], message, fix)
    return undefined
  }
  const versions = named.map(({ contract }) => contract.version).join(', ')
  const message = `The port ${port.name} is of version ${port.version}, but its contract is ${versions}.`
  report.error(
    'product.port-version',
    [...port.path, 'version'],
    message,
    `Write version: ${named[0]!.contract.version}`,
  )
  return undefined
}

/** A port pins a major; the contract may have grown since. */
const fits = (port: string | undefined, contract: string): boolean => {
  if (port === undefined) return true
  const version = port.replace(/^v(?=\d)/, '')
  return parseVersion(version) === undefined ? version === contract : majorOf(version) === majorOf(contract)
}

const portName = ({ contract, file }: ContractDraft): string => contract.name ?? stemOf(file)

export const isDraft = (draft: ProductDraft | Reporter): draft is ProductDraft => 'ports' in draft
const isContract = (draft: ContractDraft | Reporter): draft is ContractDraft => 'contract' in draft
const isReport = (draft: ContractDraft | Reporter): draft is Reporter => !('contract' in draft)
