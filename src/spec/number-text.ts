import type { Path } from './document-place.ts'
import type { Reporter } from './reporter.ts'

/** A number or text as the document writes it, so that no digit is lost on the way; undefined for anything else. */
export function numberText(value: unknown, path: Path, report: Reporter): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'number') return undefined
  const source = report.document.sourceAt(path)
  return source !== undefined && /^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(source)
    ? source.replace(/^\+/, '')
    : String(value)
}
