import { quoteName, quoteText } from '../base/index.ts'
import { hidden } from './session-names.ts'
import { parseDuckType, type DuckType } from '../lake/index.ts'

/**
 * SQL that is true where text of ours became another value by its cast. The engine's casts of text round numbers, drop
 * offsets and whatever follows a date or a time, all without a word; so digits are compared with digits, instants with
 * instants (the session's zone is UTC), and the rest is held against the shapes that lose nothing. Nested values are
 * compared leaf by leaf.
 * `raw` is text or JSON and `value` what the cast made of it, which is not null.
 */
export function changedText(raw: string, from: 'VARCHAR' | 'JSON', value: string, type: string): string {
  const parsed = parseDuckType(type)
  if (parsed.kind === 'scalar') {
    return changedScalar(from === 'JSON' ? `json_extract_string(${raw}, '$')` : raw, value, parsed.name)
  }
  const text = `try_cast(${raw} as ${textType(parsed)})`
  return `(${text} is null or ${changed(text, value, parsed, 1)})`
}

function changed(text: string, value: string, type: DuckType, level: number): string {
  switch (type.kind) {
    case 'scalar':
      return changedScalar(text, value, type.name)
    case 'list':
      return changedList(text, value, type.element, level)
    case 'struct': {
      const members = type.fields.map(({ name, type: inner }) => {
        const [from, to] = [
          `struct_extract(${text}, ${quoteText(name)})`,
          `struct_extract(${value}, ${quoteText(name)})`,
        ]
        return changedPart(from, to, inner, level)
      })
      return `(${['false', ...members].join(' or ')})`
    }
    case 'map': {
      const keys = changedList(`map_keys(${text})`, `map_keys(${value})`, type.key, level)
      return `(${keys} or ${changedList(`map_values(${text})`, `map_values(${value})`, type.value, level)})`
    }
    case 'other':
      return 'true'
  }
}

function changedList(text: string, value: string, element: DuckType, level: number): string {
  const i = hidden(`i${level}`)
  const each = changedPart(`(${text})[${i}]`, `(${value})[${i}]`, element, level + 1)
  return `coalesce(list_bool_or(list_transform(range(1, len(${value}) + 1), lambda ${i}: ${each})), false)`
}

/** A part may be null where the whole is not. */
const changedPart = (text: string, value: string, type: DuckType, level: number): string =>
  `(${text} is not null and (${value} is null or coalesce(${changed(text, value, type, level)}, true)))`

/** The same shape, with every leaf as text. */
function textType(type: DuckType): string {
  switch (type.kind) {
    case 'list':
      return `${textType(type.element)}[]`
    case 'map':
      return `MAP(${textType(type.key)}, ${textType(type.value)})`
    case 'struct':
      return `STRUCT(${type.fields.map(field => `${quoteName(field.name)} ${textType(field.type)}`).join(', ')})`
    default:
      return 'VARCHAR'
  }
}

function changedScalar(text: string, value: string, type: string): string {
  if (isExact(type)) return changedNumber(text, value, type)
  if (type === 'DOUBLE' || type === 'FLOAT') return changedFloat(text, value, type)
  if (type === 'DATE') return `(${isDated(text)} and not regexp_full_match(${text}, '${wholeDay}', 'i'))`
  if (type === 'TIME') return `not regexp_full_match(${text}, '${timeOfDay}', 'i')`
  if (type === 'TIMESTAMP' || type === 'TIMESTAMP WITH TIME ZONE') {
    const instant = 'TIMESTAMP WITH TIME ZONE'
    const moved = `try_cast(${text} as ${instant}) is distinct from cast(${value} as ${instant})`
    return `(regexp_matches(${text}, '${finerThanMicros}') or ${moved})`
  }
  return 'false'
}

/** Zeros in the seventh place and after it say nothing. */
const finerThanMicros = String.raw`\.\d{6}\d*[1-9]`
const utc = String.raw`(\s*(z|utc|[+-]00(:?00)?))?`
const day = String.raw`\s*[+-]?\d+[-/\\ ]\d{1,2}[-/\\ ]\d{1,2}(\s*\(bc\))?`
const wholeDay = String.raw`${day}([t ]\s*00?:00(:00(\.0*)?)?${utc})?\s*`
const timeOfDay = String.raw`\s*\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{0,6}0*)?)?${utc}\s*`

/** Words such as `infinity` and `epoch` are days by themselves. */
const isDated = (text: string): string => `regexp_matches(${text}, '\\d')`

const isExact = (type: string): boolean => /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|DECIMAL\(.*\))$/.test(type)

/** Equal spelling is by far the commonest case, and cheap. Text that is no decimal number, such as 0x10, has no digits to lose. */
function changedNumber(text: string, value: string, type: string): string {
  const printed = `cast(cast(${value} as ${type}) as varchar)`
  return `case when ${text} = ${printed} or not ${isDecimal(text)} then false else ${digits(text)} <> ${digits(printed)} end`
}

/**
 * Printed at as many digits as the text has, the number must show those very digits. Up to 15 of a double and 6 of a float
 * it always does: so 0.1 is kept, and of longer texts those that the number's own digits can tell from its neighbours.
 */
function changedFloat(text: string, value: string, type: 'DOUBLE' | 'FLOAT'): string {
  const [length, least] = type === 'DOUBLE' ? [15, '1e-300'] : [6, '1e-30']
  const isShort = `length(${text}) <= ${length} and abs(${value}) > ${least} and isfinite(${value})`
  const count = `greatest(length(split_part(${digits(text)}, 'e', 1)), 1)`
  const printed = `format('{:.{}e}', cast(${value} as double), least(${count}, 1100) - 1)`
  return (
    `case when ${isShort} or ${text} = cast(${value} as varchar) or not ${isDecimal(text)} then false ` +
    `when not isfinite(${value}) then true else ${digits(text)} <> ${digits(printed)} end`
  )
}

const decimal = String.raw`^[+-]?([0-9]*)(?:\.([0-9]*))?(?:e([+-]?[0-9]+))?$`

const plain = (text: string): string => `lower(replace(trim(${text}), '_', ''))`
const isDecimal = (text: string): string => `regexp_matches(${plain(text)}, '${decimal}')`

/** `-0012.50e3` → `125e5`: the significant digits and the power of ten above the first of them. */
function digits(text: string): string {
  const p = hidden('parts')
  const all = `(${p}.i || ${p}.f)`
  const led = `ltrim(${all}, '0')`
  const power = `length(${p}.i) - length(${all}) + length(${led}) + coalesce(try_cast(${p}.e as bigint), 0)`
  const normal = `case when ${led} = '' then 'e' else rtrim(${led}, '0') || 'e' || (${power}) end`
  return `list_transform([regexp_extract(${plain(text)}, '${decimal}', ['i', 'f', 'e'])], lambda ${p}: ${normal})[1]`
}
