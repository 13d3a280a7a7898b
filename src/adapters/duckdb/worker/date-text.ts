/** Dates and times as text from the integers that the engine keeps: faster than `Date`, and true for every year. */
export interface TimeStyle {
  /** Between date and time. */
  readonly between: 'T' | ' '
  readonly utc: 'Z' | '+00'
}

export const isoStyle: TimeStyle = { between: 'T', utc: 'Z' }
/** As the engine itself writes them. */
export const engineStyle: TimeStyle = { between: ' ', utc: '+00' }

const two = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'))
const kept = new Map<number, string>()

/** JSON and CSV call what is infinite by one word, numbers and dates alike. */
const infinite = (isNegative: boolean, style: TimeStyle): string =>
  `${isNegative ? '-' : ''}${style === isoStyle ? 'Infinity' : 'infinity'}`

/** Days since 1970-01-01. */
export function dateText(days: number, style: TimeStyle = isoStyle): string {
  if (Math.abs(days) === 2147483647) return infinite(days < 0, style)
  const known = kept.get(days)
  if (known !== undefined) return known
  const text = civil(days)
  if (kept.size < 100_000) kept.set(days, text)
  return text
}

/** Howard Hinnant's `civil_from_days`. */
function civil(days: number): string {
  const z = days + 719468
  const era = Math.floor(z / 146097)
  const dayOfEra = z - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${yearText(year)}-${two[month]}-${two[day]}`
}

/** ISO 8601 has a year 0 and signs what has not four digits. */
const yearText = (year: number): string =>
  year >= 0 && year <= 9999
    ? String(year).padStart(4, '0')
    : `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`

/** `fraction` in units of which `perSecond` make a second. */
export function timeText(seconds: number, fraction: number, digits: number): string {
  const s = seconds % 60
  const minutes = (seconds - s) / 60
  const m = minutes % 60
  const text = `${two[(minutes - m) / 60]}:${two[m]}:${two[s]}`
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(digits, '0').replace(/0+$/, '')}`
}

const maxInt64 = 9223372036854775807n

/** Units since 1970-01-01T00:00:00; `digits` of a second in a unit: 0, 3, 6 or 9. */
export function timestampText(value: bigint, digits: number, style: TimeStyle): string {
  if (value === maxInt64 || value === -maxInt64) return infinite(value < 0n, style)
  const perDay = 86400n * 10n ** BigInt(digits)
  const inDay = ((value % perDay) + perDay) % perDay
  return join(Number((value - inDay) / perDay), Number(inDay), digits, style)
}

/** The same for a value that a double holds exactly. */
export function smallTimestampText(value: number, digits: number, style: TimeStyle): string {
  const perDay = 86400 * 10 ** digits
  const days = Math.floor(value / perDay)
  return join(days, value - days * perDay, digits, style)
}

function join(days: number, inDay: number, digits: number, style: TimeStyle): string {
  const perSecond = 10 ** digits
  const fraction = inDay % perSecond
  return `${dateText(days)}${style.between}${timeText((inDay - fraction) / perSecond, fraction, digits)}`
}

/** `+02`, `+05:30`; with minutes always in ISO style. */
export function offsetText(seconds: number, style: TimeStyle): string {
  const size = Math.abs(seconds)
  const [h, m, s] = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60]
  const minutes = m > 0 || s > 0 || style === isoStyle ? `:${two[m]}` : ''
  return `${seconds < 0 ? '-' : '+'}${two[h]}${minutes}${s > 0 ? `:${two[s]}` : ''}`
}

/** ISO 8601 duration; each part has its own sign. */
export function durationText(months: number, days: number, micros: bigint): string {
  const years = Math.trunc(months / 12)
  const date = part(years, 'Y') + part(months - years * 12, 'M') + part(days, 'D')
  const seconds = micros / 1_000_000n
  const fraction = micros % 1_000_000n
  const [h, m, s] = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n]
  const size = (n: bigint) => (n < 0n ? -n : n)
  const wholeSeconds =
    fraction === 0n
      ? part(Number(s), 'S')
      : `${micros < 0n ? '-' : ''}${size(s)}.${size(fraction).toString().padStart(6, '0').replace(/0+$/, '')}S`
  const time = part(Number(h), 'H') + part(Number(m), 'M') + wholeSeconds
  return date === '' && time === '' ? 'PT0S' : `P${date}${time === '' ? '' : `T${time}`}`
}

const part = (n: number, unit: string): string => (n === 0 ? '' : `${n}${unit}`)

/** As the engine writes it: `1 year 2 months 3 days 04:05:06.5`. */
export function intervalText(months: number, days: number, micros: bigint): string {
  const years = Math.trunc(months / 12)
  const named = (n: number, unit: string) => (n === 0 ? [] : [`${n} ${unit}${n === 1 || n === -1 ? '' : 's'}`])
  const parts = [...named(years, 'year'), ...named(months - years * 12, 'month'), ...named(days, 'day')]
  if (micros !== 0n || parts.length === 0) parts.push(clockText(micros))
  return parts.join(' ')
}

function clockText(micros: bigint): string {
  const size = micros < 0n ? -micros : micros
  const seconds = size / 1_000_000n
  const [h, m, s] = [seconds / 3600n, Number((seconds / 60n) % 60n), Number(seconds % 60n)]
  const fraction = size % 1_000_000n
  const rest = fraction === 0n ? '' : `.${fraction.toString().padStart(6, '0').replace(/0+$/, '')}`
  return `${micros < 0n ? '-' : ''}${h.toString().padStart(2, '0')}:${two[m]}:${two[s]}${rest}`
}
