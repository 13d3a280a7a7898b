import type { Finding, Reporter } from './reporter.ts'
import { suggestion, unquoted } from './shape-findings.ts'
import { checkShape, type Plain, type Shape } from './shape.ts'

/** One standard: its versions from old to new, each with the shape that it is read by. */
export interface Standard {
  readonly name: string
  readonly kind: string
  /** `strict`: as a neighbour of the declared version, with nothing left open that could hide what is wrong. */
  readonly versions: readonly { readonly version: string; readonly shape: (strict?: boolean) => Shape }[]
  /** Versions that are recognised but no longer read → how to get on. */
  readonly older: Readonly<Record<string, string>>
}

/**
 * Checks a document against the version that it declares; where it does not fit, against the neighbours, nearest first:
 * many documents in the world declare one version and are written in another. Gives the version that fitted, or undefined
 * after reporting what is wrong by the declared one.
 */
export function fitVersion(standard: Standard, report: Reporter): string | undefined {
  const { value } = report.document
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = `The document must be a map of keys and values with kind: ${standard.kind}.`
    report.error('document.type', [], message, `Begin with: apiVersion: ${standard.versions.at(-1)!.version}`)
    return undefined
  }
  const declared = declaredVersion(standard, value as Plain, report)
  if (declared === undefined) return undefined
  const check = (i: number, strict = false): readonly Finding[] =>
    checkShape(standard.versions[i]!.shape(strict), value, path => report.document.sourceAt(path))
  const wrong = check(declared)
  if (wrong.length === 0) return standard.versions[declared]!.version
  for (const neighbour of neighboursOf(declared, standard.versions.length)) {
    if (standard.versions[neighbour]!.shape() === standard.versions[declared]!.shape()) continue
    if (check(neighbour, true).length > 0) continue
    const { version } = standard.versions[neighbour]!
    const said = standard.versions[declared]!.version
    const message = `The document declares ${said} but is written in ${version}: it was read as that.`
    report.warning('document.version-differs', ['apiVersion'], message, `Declare it: apiVersion: ${version}`)
    return version
  }
  for (const finding of wrong) report.add(finding)
  return undefined
}

function declaredVersion(standard: Standard, value: Plain, report: Reporter): number | undefined {
  const { apiVersion, kind } = value
  const newest = standard.versions.at(-1)!.version
  const path = ['apiVersion']
  if (kind !== undefined && kind !== standard.kind) {
    const message = `The kind is ${JSON.stringify(kind)}, but a document with this name is a ${standard.kind}.`
    report.error('document.kind', ['kind'], message, `Write kind: ${standard.kind}, or rename the file.`)
    return undefined
  }
  if (apiVersion === undefined) {
    const foreign = foreignKeys.find(([key]) => Object.hasOwn(value, key))
    const message = `The document has no apiVersion${foreign === undefined ? '' : `: it looks like ${foreign[1]}`}.`
    const fix = foreign === undefined ? `Add it: apiVersion: ${newest}` : 'Convert it: meshwright import FILE'
    report.error('document.missing-key', path, message, fix)
    return undefined
  }
  if (typeof apiVersion !== 'string') {
    if (typeof apiVersion === 'number') report.add(unquoted(path, apiVersion, report.document.sourceAt(path)))
    else report.error('document.type', path, 'apiVersion must be text.', `Write apiVersion: ${newest}`)
    return undefined
  }
  const index = standard.versions.findIndex(({ version }) => version === apiVersion)
  if (index >= 0) return index
  const hint = standard.older[apiVersion]
  if (hint !== undefined) {
    report.error('document.version-old', path, `${standard.name} ${apiVersion} is no longer read.`, hint)
    return undefined
  }
  const message = `${standard.name} has no version ${JSON.stringify(apiVersion)} that is known here.`
  const known = standard.versions.map(({ version }) => version)
  const near = known.find(version => version === `v${apiVersion}`)
  report.error('document.version', path, message, near === undefined ? suggestion('', known) : `Did you mean ${near}?`)
  return undefined
}

/** 2 of 5: 3, 1, 4, 0. */
const neighboursOf = (index: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => i)
    .filter(i => i !== index)
    .sort((a, b) => Math.abs(a - index) - Math.abs(b - index) || b - a)

/** Formats that people mistake for the standards. */
const foreignKeys = [
  ['dataContractSpecification', 'a Data Contract Specification of datacontract.com'],
  ['dataProductDescriptor', 'an Open Data Mesh descriptor'],
  ['product', 'an Open Data Product Specification of ODPI'],
] as const
