import type { ValueOptions } from '../mesh/index.ts'
import type { Path } from './document-place.ts'
import { mapsOf, type Plain } from './plain.ts'
import { numberText } from './number-text.ts'
import type { Reporter } from './reporter.ts'

/** The limits that `logicalTypeOptions` put on each value, in one notation for all versions of the standard. */
export function valueOptions(property: Plain, path: Path, report: Reporter): ValueOptions {
  const options = mapsOf(property.logicalTypeOptions)
  const size = (key: string) => (typeof options[key] === 'number' ? { [key]: options[key] } : {})
  for (const key of ['multipleOf', 'uniqueItems', 'minProperties', 'maxProperties']) {
    if (options[key] === undefined || options[key] === false) continue
    const message = `${key} is not checked on values here.`
    report.warning('column.option-unchecked', [...path, key], message, 'Write a quality rule of type sql for it.')
  }
  return {
    ...patternOption(options.pattern, [...path, 'pattern'], report),
    ...bound(options, 'minimum', 'exclusiveMinimum', path, report),
    ...bound(options, 'maximum', 'exclusiveMaximum', path, report),
    ...size('minLength'),
    ...size('maxLength'),
    ...size('minItems'),
    ...size('maxItems'),
  }
}

/** Patterns run in linear time (RE2): what only a backtracking engine can do is refused where it is written. */
export function checkPattern(pattern: string, path: Path, report: Reporter): boolean {
  const feature = /\(\?<?[=!]/.test(pattern)
    ? 'lookaround'
    : /\\[1-9]|\\k</.test(pattern)
      ? 'back references'
      : undefined
  if (feature === undefined) return true
  const message = `The pattern uses ${feature}, which patterns here do not have: they run in linear time.`
  report.error('column.pattern', path, message, 'Write it without, or as a quality rule of type sql.')
  return false
}

function patternOption(pattern: unknown, path: Path, report: Reporter): ValueOptions {
  return typeof pattern === 'string' && checkPattern(pattern, path, report) ? { pattern } : {}
}

/** 3.0 says by true that the bound is excluded; later versions write the excluded bound. Of two bounds the stricter holds. */
function bound(
  options: Plain,
  key: 'minimum' | 'maximum',
  exclusive: 'exclusiveMinimum' | 'exclusiveMaximum',
  path: Path,
  report: Reporter,
): ValueOptions {
  const included = numberText(options[key], [...path, key], report)
  if (typeof options[exclusive] === 'boolean') {
    return included === undefined ? {} : { [key]: included, ...(options[exclusive] ? { [exclusive]: true } : {}) }
  }
  const excluded = numberText(options[exclusive], [...path, exclusive], report)
  if (excluded === undefined) return included === undefined ? {} : { [key]: included }
  if (included === undefined) return { [key]: excluded, [exclusive]: true }
  const order = typeof options[key] === 'number' ? Number(included) - Number(excluded) : included < excluded ? -1 : 1
  const stricter = key === 'minimum' ? order > 0 : order < 0
  return stricter ? { [key]: included } : { [key]: excluded, [exclusive]: true }
}
