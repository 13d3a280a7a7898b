import { statusOf, type RunShape } from '../api/index.ts'
import { countOf, isErrorCode } from '../base/index.ts'
import type { Api } from './api.ts'
import type { Progress } from './output/progress.ts'
import { exitCodeOf } from './refusal.ts'

/** Waits for a run, a change at a time, and says what it is at. */
export async function followRun(api: Api, started: RunShape, progress: Progress): Promise<RunShape> {
  let run = started
  while (!isOver(run)) {
    progress.step(atWork(run))
    run = await api.call('run', { id: run.id, wait: 20_000 })
  }
  if (run.state === 'promoted' || run.state === 'sampled')
    progress.done(`${run.product} ${run.release}: ${rowsOf(run)}`)
  else progress.failed(`${run.product} ${run.release}: ${run.state}`)
  return run
}

export const isOver = (run: RunShape) => !['queued', 'running', 'checking'].includes(run.state)

function atWork(run: RunShape): string {
  const step = run.steps.find(s => s.state === 'running') ?? run.steps.at(-1)
  return `${run.product} ${run.release}: ${step === undefined ? run.state : step.name}`
}

const rowsOf = (run: RunShape): string => {
  const tables = Object.entries(run.rows).map(([table, rows]) => `${countOf(rows, 'row')} in ${table}`)
  return tables.length === 0 ? run.state : tables.join(', ')
}

/** How a command ends that ran these: a failure of the platform outweighs a no. */
export function exitOf(runs: readonly (RunShape | undefined)[]): 0 | 1 | 3 {
  const bad = runs.filter(run => run === undefined || !isGood(run))
  if (bad.length === 0) return 0
  return bad.some(run => run?.problem !== undefined && isOurs(run.problem.code)) ? 3 : 1
}

/** A sample was to promote nothing: it is good where its rows are. */
function isGood({ state, checks }: RunShape): boolean {
  if (state === 'sampled') return checks.every(check => check.passed || check.severity === 'warning')
  return state === 'promoted'
}

const isOurs = (code: string): boolean => isErrorCode(code) && exitCodeOf({ code, status: statusOf(code) }) === 3

/** A run for a person: what happened, and for one that was refused, what to paste next. */
export function runLines(run: RunShape): readonly string[] {
  const failed = run.checks.filter(check => !check.passed)
  const showRejected = `meshwright run show ${run.id} --rejected`
  return [
    `${run.id}: ${run.product} ${run.release}, ${run.state}${run.finishedAt === undefined ? '' : ` at ${run.finishedAt}`}`,
    ...run.steps.map(
      s =>
        `  ${s.name}: ${s.state}${s.rows === undefined ? '' : `, ${countOf(s.rows, 'row')}`}${s.elapsedMs === undefined ? '' : `, ${s.elapsedMs} ms`}`,
    ),
    ...Object.entries(run.rows).map(
      ([table, rows]) =>
        `  ${table}: ${countOf(rows, 'row')}${run.snapshots[table] === undefined ? '' : `, snapshot ${run.snapshots[table]}`}`,
    ),
    ...run.notes.map(note => `  note: ${note}`),
    ...(run.checks.length === 0
      ? []
      : [`${run.checks.length - failed.length} of ${countOf(run.checks.length, 'check')} passed`]),
    ...failed.map(
      c =>
        `  ${c.severity}: ${c.table}: ${c.description ?? c.check}: ${c.error ?? `${c.measured ?? 'unknown'}, expected ${c.expected}`}`,
    ),
    ...(run.problem === undefined
      ? []
      : [
          run.state === 'cancelled' ? run.problem.message : `error: ${run.problem.message} [${run.problem.code}]`,
          ...(run.problem.fix === undefined || run.problem.fix.includes(showRejected) ? [] : [run.problem.fix]),
        ]),
    ...(run.rejected.length === 0 || run.state === 'sampled' ? [] : [`  ${showRejected}`]),
  ]
}
