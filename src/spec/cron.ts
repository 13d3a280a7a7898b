import { countOf } from '../base/index.ts'

/** What is wrong with a cron expression. */
export interface CronFault {
  /** Where in the text, in UTF-16 units. */
  readonly at: number
  /** The end of a sentence that begins with the expression. */
  readonly what: string
  readonly fix: string
}

interface Field {
  readonly name: string
  readonly low: number
  readonly high: number
  /** In the order of their numbers, from `low` on. */
  readonly names?: readonly string[]
}

/** The fields of POSIX crontab(5), with names, steps and 7 for Sunday as every cron of today has them. */
const fields: readonly Field[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day of the month', low: 1, high: 31 },
  {
    name: 'month',
    low: 1,
    high: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of the week', low: 0, high: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
]

const example = '15 * * * *'

/** The first fault of a cron expression of five fields; undefined for one that some minute fulfils. */
export function cronFault(text: string): CronFault | undefined {
  const words = [...text.matchAll(/\S+/g)]
  if (words[0]?.[0].startsWith('@') === true) {
    const meant = nicknames[words[0][0].toLowerCase()]
    return {
      at: words[0].index,
      what: 'has no five fields',
      fix: `Write ${meant ?? `five fields, such as ${example}`}.`,
    }
  }
  if (words.length !== fields.length) {
    const extra = words[fields.length]
    const fix = `Write five: minute, hour, day of the month, month, day of the week, such as ${example}.`
    return { at: extra?.index ?? 0, what: `has ${countOf(words.length, 'field')} instead of five`, fix }
  }
  const sets: ReadonlySet<number>[] = []
  for (const [i, field] of fields.entries()) {
    const word = words[i]!
    const read = readField(word[0], field)
    if ('what' in read) return { ...read, at: word.index + read.at }
    sets.push(read.values)
  }
  return neverFault(sets, words)
}

const nicknames: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

function readField(text: string, field: Field): CronFault | { readonly values: ReadonlySet<number> } {
  const values = new Set<number>()
  let at = 0
  for (const part of text.split(',')) {
    const fault = readPart(part, field, values)
    if (fault !== undefined) return { ...fault, at: at + fault.at }
    at += part.length + 1
  }
  return { values }
}

/** `*`, `5`, `mon-fri`, each with a step as `/2`; a step after a single number runs to the end. */
function readPart(part: string, field: Field, values: Set<number>): CronFault | undefined {
  const [range = '', step, ...rest] = part.split('/')
  const stepAt = range.length + 1
  const wrong = (at: number, what: string, fix = allowed(field)): CronFault => ({ at, what, fix })
  if (rest.length > 0) return wrong(stepAt, `has two steps in ${part} of the ${field.name}`)
  if (step !== undefined && !/^[1-9]\d{0,2}$/.test(step))
    return wrong(
      stepAt,
      `steps by ${step === '' ? 'nothing' : step} in the ${field.name}`,
      'Step by a number from 1 on.',
    )
  if (step !== undefined && Number(step) > field.high - field.low)
    return wrong(
      stepAt,
      `steps by ${step} in the ${field.name}, past its end`,
      `Step by ${field.high - field.low} at most.`,
    )
  const [first = '', second, ...third] = range === '*' ? [String(field.low), String(lastOf(field))] : range.split('-')
  if (third.length > 0) return wrong(0, `has no range in ${part} of the ${field.name}`)
  const from = numberOf(first, field)
  if (from === undefined) return wrong(0, `has ${first === '' ? 'nothing' : first} for the ${field.name}`)
  const to =
    second === undefined ? (step === undefined ? from : Math.max(from, lastOf(field))) : numberOf(second, field)
  if (to === undefined)
    return wrong(first.length + 1, `has ${second === '' ? 'nothing' : second} for the ${field.name}`)
  if (to < from) {
    const both = `${first}-${lastOf(field)},${field.low}-${second}`
    const what = `has the range ${range} of the ${field.name}, which runs backwards`
    return wrong(0, what, `Write ${second}-${first}, or what is meant around the end: ${both}.`)
  }
  for (let value = from; value <= to; value += Number(step ?? 1)) values.add(value)
  return undefined
}

/** Sunday is 0 where all days are meant. */
const lastOf = ({ names, low, high }: Field): number => (names === undefined ? high : low + names.length - 1)

function numberOf(text: string, { low, high, names }: Field): number | undefined {
  const named = names?.indexOf(text.toLowerCase()) ?? -1
  if (named >= 0) return low + named
  if (!/^\d{1,2}$/.test(text)) return undefined
  const value = Number(text)
  return value >= low && value <= high ? value : undefined
}

const allowed = ({ low, high, names }: Field): string =>
  `Write a number from ${low} to ${high}${names === undefined ? '' : ` or ${names[0]} to ${names.at(-1)}`}, a range, a list or *.`

/** The 31st of a month of 30 days; where a day of the week is named too, that one comes. */
function neverFault(sets: readonly ReadonlySet<number>[], words: readonly RegExpExecArray[]): CronFault | undefined {
  const [, , days, months] = sets
  if (days === undefined || months === undefined || !words[4]![0].startsWith('*')) return undefined
  const comes = [...months].some(month => Math.min(...days) <= daysOf[month - 1]!)
  if (comes) return undefined
  const what = `names a day that never comes: ${Math.min(...days)} in ${[...months].map(m => fields[3]!.names![m - 1]).join(', ')}`
  return { at: words[2]!.index, what, fix: 'Name a day that these months have.' }
}

const daysOf = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
