import { nearest } from '../base/index.ts'
import { formatPath, type Path } from './document-place.ts'
import type { Finding } from './reporter.ts'

/** How a path is called at the beginning of a sentence. */
export const nameOf = (path: Path): string => (path.length === 0 ? 'The document' : formatPath(path))

export const missingKey = (path: Path, key: string): Finding => ({
  code: 'document.missing-key',
  path: [...path, key],
  message: `${nameOf(path)} has no ${key}.`,
  fix: `Add it: ${key}: …`,
})

export const unknownKey = (path: Path, key: string, known: readonly string[]): Finding => ({
  code: 'document.unknown-key',
  path: [...path, key],
  where: 'key',
  message: `${nameOf(path)} knows no key ${JSON.stringify(key)}.`,
  fix: suggestion(key, known),
})

/** `version: 1.10` is the number 1.1 to YAML: the text was lost before anybody could read it. */
export const unquoted = (path: Path, value: number | boolean, source = String(value)): Finding => ({
  code: 'document.unquoted',
  path,
  message: `${formatPath(path)} must be text, but without quotes ${source} is the ${typeof value} ${String(value)}.`,
  fix: `Quote it: '${source}'`,
})

/** The nearest of the allowed words, else all of them. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== undefined) return `Did you mean ${near}?`
  return known.length === 0 ? 'Leave it out.' : `Known here: ${known.join(', ')}.`
}

/** What to write where a value is of another type than the one that is wanted, such as `a number`. */
export function typeFix(wanted: string, value: unknown): string {
  if (wanted === 'true or false') return 'Write true or false, without quotes.'
  if (/^a (whole )?number$/.test(wanted)) {
    const isNumber = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
    return isNumber ? `Write it without quotes: ${value}` : `Write ${wanted}.`
  }
  if (wanted === 'a list') {
    const isShort = (typeof value === 'string' && value.length <= 40) || typeof value === 'number'
    return isShort ? `Write a list: [${value}]` : 'Write a list: [a, b]'
  }
  if (wanted === 'a map of keys and values') return 'Write keys with their values: {key: value}'
  return `Write ${wanted}.`
}

export function described(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return typeof value === 'string' ? `the text ${JSON.stringify(value.slice(0, 40))}` : JSON.stringify(value)
}
