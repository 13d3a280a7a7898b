import type { z } from 'zod'
import type { Path } from './document-place.ts'
import { formatPath } from './document-place.ts'
import type { Finding, Reporter } from './reporter.ts'
import { described, missingKey, suggestion, typeFix, unknownKey, unquoted } from './shape-findings.ts'

/** Checks one of our own documents; gives its value, or undefined after reporting everything that is wrong. */
export function checkSchema<T>(schema: z.ZodType<T>, kind: string, report: Reporter): T | undefined {
  const { value } = report.document
  if (value === undefined) return undefined
  const foreign = foreignHead(kind, value)
  if (foreign !== undefined) {
    report.add(foreign)
    return undefined
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues)
    for (const finding of findingsOf(issue, [], schema, value, report)) report.add(finding)
  return undefined
}

/** A document of another kind or notation: one issue says it all. */
function foreignHead(kind: string, value: unknown): Finding | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = `The document must be a map of keys and values, but it is ${described(value)}.`
    return { code: 'document.type', path: [], message, fix: `Begin with: apiVersion: meshwright/v1` }
  }
  const written = value as { readonly apiVersion?: unknown; readonly kind?: unknown }
  if (written.kind !== undefined && written.kind !== kind) {
    const message = `The kind is ${JSON.stringify(written.kind)}, but a document with this name is a ${kind}.`
    return { code: 'document.kind', path: ['kind'], message, fix: `Write kind: ${kind}, or rename the file.` }
  }
  if (written.apiVersion !== undefined && written.apiVersion !== 'meshwright/v1') {
    const message = `The notation ${JSON.stringify(written.apiVersion)} is not known.`
    return { code: 'document.version', path: ['apiVersion'], message, fix: 'Write apiVersion: meshwright/v1' }
  }
  return undefined
}

type ZodIssue = z.core.$ZodIssue

function findingsOf(
  issue: ZodIssue,
  above: Path,
  schema: z.ZodType,
  root: unknown,
  report: Reporter,
): readonly Finding[] {
  const path: Path = [...above, ...issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))]
  const value = valueAt(root, path)
  const name = path.length === 0 ? 'The document' : formatPath(path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => unknownKey(path, key, keysAt(schema, path, issue.keys, value)))
    case 'invalid_type':
    case 'invalid_value': {
      if (value === undefined && path.length > 0) return [missingKey(path.slice(0, -1), String(path.at(-1)))]
      if (issue.code === 'invalid_value' && typeof value === 'string') {
        const message = `${name} is ${JSON.stringify(value)}, which is none of its values.`
        return [{ code: 'document.value', path, message, fix: suggestion(value, issue.values.map(String)) }]
      }
      const wantsText =
        issue.code === 'invalid_value' ? issue.values.some(v => typeof v === 'string') : issue.expected === 'string'
      if (wantsText && (typeof value === 'number' || typeof value === 'boolean')) {
        return [unquoted(path, value, report.document.sourceAt(path))]
      }
      const wanted =
        issue.code === 'invalid_type'
          ? (wantedWords[issue.expected] ?? issue.expected)
          : issue.values.map(String).join(' or ')
      const message = `${name} must be ${wanted}, but it is ${described(value)}.`
      return [{ code: 'document.type', path, message, fix: typeFix(wanted, value) }]
    }
    case 'invalid_union': {
      const options = issue.errors.map(errors => errors.flatMap(error => findingsOf(error, path, schema, root, report)))
      return options.reduce(
        (best, option) => (weight(option, path) < weight(best, path) ? option : best),
        options[0] ?? [],
      )
    }
    case 'invalid_key': {
      const why = issue.issues[0]?.message ?? 'is not allowed here'
      const { what, fix } = ruleParts(why)
      return [
        { code: 'document.key', path, where: 'key', message: `The key ${JSON.stringify(path.at(-1))} ${what}.`, fix },
      ]
    }
    case 'custom': {
      const { at, fix } = issue.params ?? {}
      if (typeof at !== 'number' || typeof fix !== 'string') return [ruleBroken(issue.message)]
      return [{ code: 'document.value', path, at, message: `${name} ${issue.message}.`, fix }]
    }
    default:
      return [ruleBroken(issue.message)]
  }

  function ruleBroken(rule: string): Finding {
    const { what, fix } = ruleParts(rule)
    return { code: 'document.value', path, message: `${name} ${what}.`, fix }
  }
}

/** The message of a rule is the end of a sentence, and what to do about it: `has no effect: write open or deny`. */
function ruleParts(rule: string): { readonly what: string; readonly fix: string } {
  const [, what = rule, told] = /^(.*?): (.*)$/.exec(rule) ?? []
  if (told !== undefined) return { what, fix: `${told.charAt(0).toUpperCase()}${told.slice(1)}.` }
  const fix = ruleFixes.reduce((text, [pattern, write]) => text.replace(pattern, write), rule)
  return { what, fix: `${fix}.` }
}

const ruleFixes = [
  [/^must be (at least|at most|greater than) /, 'Write a number that is $1 '],
  [/^must be /, 'Write '],
  [/^must name /, 'Name '],
  [/^must have at most /, 'Shorten it to '],
  [/^must not be negative$/, 'Write 0 or more'],
  [/^must not be empty$/, 'Write something, or leave the key out'],
] as const

/** Of the alternatives the one that was most likely meant: the least wrong, and never one of another type or tag. */
const weight = (findings: readonly Finding[], path: Path): number =>
  findings.reduce((sum, { code, path: at, fix }) => {
    if (code === 'document.type' && at.length === path.length) return sum + 100
    if (code === 'document.value' && at.at(-1) === 'source') return sum + (fix.startsWith('Did you mean') ? 0.5 : 10)
    return sum + (code === 'document.unknown-key' ? 1.5 : 1)
  }, 0)

const wantedWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) => (at === null || typeof at !== 'object' ? undefined : (at as Record<string | number, unknown>)[part]),
    value,
  )
}

/** The keys that the schema knows at a path; of alternatives those that share the most with what was written. */
function keysAt(schema: z.ZodType, path: Path, unknown: readonly string[], value: unknown): readonly string[] {
  const written = Object.keys(typeof value === 'object' && value !== null ? value : {}).filter(
    key => !unknown.includes(key),
  )
  const candidates = schemasAt(schema, path).flatMap(found =>
    'shape' in found ? [Object.keys(found.shape as object)] : [],
  )
  const shared = (keys: readonly string[]) => written.filter(key => keys.includes(key)).length
  return candidates.sort((a, b) => shared(b) - shared(a))[0] ?? []
}

function schemasAt(schema: z.ZodType, path: Path): readonly z.ZodType[] {
  const { def } = schema as unknown as { readonly def: SchemaDef }
  if (def.innerType !== undefined) return schemasAt(def.innerType, path)
  if (def.options !== undefined) return def.options.flatMap(option => schemasAt(option, path))
  const [first, ...rest] = path
  if (first === undefined) return [schema]
  if (def.type === 'array' && def.element !== undefined)
    return typeof first === 'number' ? schemasAt(def.element, rest) : []
  if (def.type === 'record' && def.valueType !== undefined) return schemasAt(def.valueType, rest)
  const member = def.shape?.[first] ?? def.catchall
  return member === undefined ? [] : schemasAt(member, rest)
}

/** What zod's schemas hold of their parts. */
interface SchemaDef {
  readonly type: string
  readonly innerType?: z.ZodType
  readonly options?: readonly z.ZodType[]
  readonly element?: z.ZodType
  readonly valueType?: z.ZodType
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly catchall?: z.ZodType
}
