import { isDecimal, isFloat, names, type Argument } from './argument.ts'

/**
 * A constant is no row's doing, and still its failure can be: the engine leaves what it cannot compute beforehand where
 * it stands, and in a CASE it fails on exactly the rows that take that branch. So constants count as total only where
 * their value is known to fit: literals of usual forms, and sums of dates and intervals that stay within reach.
 */

/** Days on either side of 1970 that every date, timestamp and interval can hold. */
const daysMax = 50_000_000

/** Days of one unit, at most. */
const unitDays: Readonly<Record<string, number>> = {
  year: 366,
  quarter: 93,
  month: 31,
  week: 7,
  day: 1,
  hour: 1 / 24,
  minute: 1 / 1440,
  second: 1 / 86_400,
}

const makers: ReadonlyMap<string, number> = new Map(
  Object.entries(unitDays).map(([unit, days]) => [`to_${unit}s`, days]),
)
const sums: ReadonlySet<string> = new Set(names('+ -'))

/** The reach of a call with constant arguments; undefined where nothing proves that it cannot fail. */
export function reachOfCall(name: string, args: readonly Argument[], result: Argument): number | undefined {
  if (args.length === 0 || !args.every(a => a.isConstant && a.reach !== undefined)) return undefined
  const reaches = args.map(a => a.reach!)
  const [first] = reaches as [number]
  const unit = makers.get(name)
  let reach: number | undefined
  if (unit !== undefined) reach = first * unit
  else if (name === 'trunc') reach = first
  else if (sums.has(name)) reach = reaches.reduce((sum, each) => sum + each, 0)
  else if (name === '*') reach = reaches.reduce((product, each) => product * each, 1)
  return reach !== undefined && fits(reach, result) ? reach : undefined
}

const integers: Readonly<Record<string, number>> = {
  TINYINT: 127,
  SMALLINT: 32_767,
  INTEGER: 2_147_483_647,
  BIGINT: Number.MAX_SAFE_INTEGER,
  HUGEINT: Number.MAX_SAFE_INTEGER,
}

const temporal: ReadonlySet<string> = new Set(['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'INTERVAL'])

function fits(reach: number, to: Argument): boolean {
  if (temporal.has(to.id)) return reach <= daysMax
  if (isFloat(to)) return reach < 1e30
  if (isDecimal(to)) return reach < 10 ** (to.width! - to.scale!) - 1
  return reach <= (integers[to.id] ?? -1)
}

/** The reach of a literal as it stands. */
export function reachOfLiteral(text: string, type: Argument): number | undefined {
  if (type.id === 'VARCHAR') return undefined
  const value = Math.abs(Number(text)) / (isDecimal(type) ? 10 ** type.scale! : 1)
  return Number.isFinite(value) ? value : undefined
}

/** The reach of a constant read as another type; undefined where it might not be one of that type's values. */
export function reachOfCast(from: Argument, to: Argument): number | undefined {
  if (!from.isConstant) return undefined
  if (from.id === 'VARCHAR') return from.literal === undefined ? undefined : readings(to)?.(from.literal)
  if (from.reach === undefined || temporal.has(from.id) !== temporal.has(to.id)) return undefined
  // An interval is no date, and midnight is the time of a date.
  if (temporal.has(from.id)) return (from.id === 'INTERVAL') === (to.id === 'INTERVAL') ? from.reach : undefined
  return fits(from.reach, to) ? from.reach : undefined
}

type Reading = (text: string) => number | undefined

/** How a text is read as a type, in the usual forms only: all others may be no value of it. */
function readings(to: Argument): Reading | undefined {
  switch (to.id) {
    case 'BOOLEAN':
      return text => (/^(true|false)$/i.test(text) ? 1 : undefined)
    case 'DATE':
      return text => daysOf(/^(\d{4})-(\d\d)-(\d\d)$/.exec(text))
    case 'TIMESTAMP':
    case 'TIMESTAMP WITH TIME ZONE':
      return text =>
        daysOf(
          /^(\d{4})-(\d\d)-(\d\d)(?:[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d)?)?$/.exec(
            text,
          ),
        )
    case 'TIME':
      return text => (/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$/.test(text) ? 0 : undefined)
    case 'INTERVAL':
      return intervalDays
    case 'UUID':
      return text => (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text) ? 0 : undefined)
    case 'BLOB':
      return text => (/^[\x20-\x5b\x5d-\x7e]*$/.test(text) ? 0 : undefined)
    default:
      return isFloat(to) || isDecimal(to) || integers[to.id] !== undefined ? text => numberIn(text, to) : undefined
  }
}

function numberIn(text: string, to: Argument): number | undefined {
  const form = isFloat(to) || isDecimal(to) ? /^[+-]?\d{1,30}(?:\.\d{1,30})?$/ : /^[+-]?\d{1,15}$/
  if (!form.test(text)) return undefined
  const reach = Math.abs(Number(text))
  return fits(reach, to) ? reach : undefined
}

function daysOf(match: RegExpExecArray | null): number | undefined {
  if (match === null) return undefined
  const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const exists = year >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists ? Math.abs(date.getTime()) / 86_400_000 + 2 : undefined
}

/** `3 days`, `1 year 2 months`: small whole numbers of units. */
function intervalDays(text: string): number | undefined {
  const parts = text.trim().toLowerCase().split(/\s+/)
  if (parts.length === 0 || parts.length % 2 !== 0 || parts.length > 8) return undefined
  let days = 0
  for (let i = 0; i < parts.length; i += 2) {
    const unit = unitDays[parts[i + 1]!.replace(/s$/, '')]
    if (unit === undefined || !/^[+-]?\d{1,4}$/.test(parts[i]!)) return undefined
    days += Math.abs(Number(parts[i])) * unit
  }
  return days
}
