import { canonicalJson } from '../base/index.ts'
import type { Build, Input, Output, Product } from '../mesh/index.ts'
import type { Change, Weight } from './change.ts'

/**
 * How a product is made is its owner's business; that it is made differently is worth a line each. Other SQL is the
 * craft of the owner, who answers for it. Other rows are not: what is read, kept or replaced may mean something else.
 */
export function compareBuilds(before: Product, after: Product): readonly Change[] {
  const [old, now] = [before.build, after.build]
  return [
    ...Object.entries(now.outputs).flatMap(([table, output]) =>
      compareOutputs(table, ownOf(old.outputs, table), output),
    ),
    ...Object.keys(old.outputs).flatMap(table =>
      ownOf(now.outputs, table) === undefined ? noLongerMade(table, now) : [],
    ),
    ...compareInputs(before, after),
    ...compareSchedules(old, now),
  ]
}

/** Names are whatever somebody wrote: `constructor` too. */
const ownOf = <T>(map: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(map, name) ? map[name] : undefined

function compareOutputs(table: string, old: Output | undefined, now: Output): readonly Change[] {
  if (old === undefined) return []
  const changes: Change[] = []
  const say = (kind: string, weight: Weight, message: string) =>
    changes.push({ table, kind: `build-${kind}`, weight, message })
  if (old.sql !== now.sql) say('changed', 'safe', `The table ${table} is built differently.`)
  else if (old.file !== now.file) say('file-changed', 'safe', `The SQL of ${table} lies in ${now.file} now.`)
  if (old.mode !== now.mode) {
    const what = `${table} is built in the mode ${now.mode} now, before ${old.mode}`
    say('mode-changed', 'risky', `${what}: a run ${effects[now.mode]}.`)
  }
  if (canonicalJson(old.key) !== canonicalJson(now.key) && old.key.length + now.key.length > 0) {
    const isUsed = old.mode === now.mode && (now.mode === 'merge' || now.mode === 'partition')
    const what = `The rows of ${table} that a run replaces are found by ${listOf(now.key)} now, before by ${listOf(old.key)}.`
    say('key-changed', isUsed ? 'risky' : 'safe', what)
  }
  if (old.watermark !== now.watermark) {
    const what = `The watermark of ${table} is ${now.watermark ?? 'none'} now, before ${old.watermark ?? 'none'}`
    say('watermark-changed', 'risky', `${what}: a run takes other rows for news.`)
  }
  if (old.rejects !== now.rejects) {
    const what = `Rows of ${table} that break a rule`
    if (now.rejects === undefined)
      say('rejects-changed', 'safe', `${what} stop its run now, before ${old.rejects} took them.`)
    else if (old.rejects === undefined)
      say('rejects-changed', 'risky', `${what} go to ${now.rejects} now, before they stopped its run.`)
    else say('rejects-changed', 'safe', `${what} go to ${now.rejects} now, before to ${old.rejects}.`)
  }
  return changes
}

const effects: Readonly<Record<Output['mode'], string>> = {
  full: 'replaces the whole table',
  append: 'only adds rows, and nothing replaces older ones',
  merge: 'replaces rows of equal keys and leaves the others',
  partition: 'replaces the partitions that it touches and leaves the others',
}

const listOf = (key: readonly string[]): string => (key.length === 0 ? 'nothing' : key.join(', '))

function noLongerMade(table: string, now: Build): readonly Change[] {
  const takes = Object.values(now.outputs).some(output => output.rejects === table)
  const message = takes
    ? `${table} only takes the rejects of another table now.`
    : `No SQL makes the table ${table} any more.`
  return [{ table, kind: 'build-removed', weight: 'risky', message }]
}

function compareInputs(before: Product, after: Product): readonly Change[] {
  const [old, now] = [before.build.inputs, after.build.inputs]
  const changes: Change[] = []
  const say = (weight: Weight, message: string) =>
    changes.push({ table: '*', kind: 'build-input-changed', weight, message })
  for (const [name, input] of Object.entries(now)) {
    const was = ownOf(old, name)
    if (was === undefined) say('safe', `The build of ${after.id} reads ${inputText(input)} now, as ${name}.`)
    else if (isOther(was, input)) {
      const [from, to] = [inputText(was), inputText(input)]
      const how = from === to ? `reads ${to} otherwise` : `is ${to} now, before ${from}`
      say('risky', `The input ${name} of ${after.id} ${how}.`)
    }
  }
  for (const [name, input] of Object.entries(old))
    if (ownOf(now, name) === undefined) say('safe', `The build of ${after.id} no longer reads ${inputText(input)}.`)
  if (changes.length === 0 && before.build.derived !== after.build.derived) {
    say(
      'safe',
      `The build of ${after.id} is ${after.build.derived ? 'derived from its SQL' : 'written in build.yaml'} now.`,
    )
  }
  return changes
}

/** Files are data: only how they are named and read counts. */
const isOther = (a: Input, b: Input): boolean => canonicalJson(withoutFiles(a)) !== canonicalJson(withoutFiles(b))
const withoutFiles = (input: Input): Input => (input.kind === 'file' ? { ...input, files: [] } : input)

function inputText(input: Input): string {
  if (input.kind === 'file') return `the file ${input.path}`
  if (input.kind === 'source') return `a query of ${input.connection}`
  return input.major === undefined ? `the newest version of ${input.table}` : `v${input.major} of ${input.table}`
}

function compareSchedules({ schedule: old }: Build, { schedule: now }: Build): readonly Change[] {
  if (canonicalJson(old ?? null) === canonicalJson(now ?? null)) return []
  const message = `The schedule is ${scheduleText(now)} now, before ${scheduleText(old)}.`
  return [{ table: '*', kind: 'build-schedule-changed', weight: 'safe', message }]
}

const scheduleText = (schedule: Build['schedule']): string =>
  schedule === undefined
    ? 'none'
    : [
        ...(schedule.cron === undefined ? [] : [JSON.stringify(schedule.cron)]),
        ...(schedule.after.length === 0 ? [] : [`after ${schedule.after.join(', ')}`]),
      ].join(' and ') || 'empty'
