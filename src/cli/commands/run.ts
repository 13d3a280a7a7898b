import type { AnswerOf, Operations, RunShape } from '../../api/index.ts'
import type { Api } from '../api.ts'
import { isOn, needed, textOf, type Action, type Cli } from '../command.ts'
import { exitOf, followRun, isOver, runLines } from '../follow-run.ts'
import { optional, optionalNumber } from '../number-of.ts'

type BatchShape = AnswerOf<Operations['rejectedRows']>

export const startRun: Action = async (given, cli) => {
  const api = await cli.api()
  const started = await api.call('startRun', {
    product: needed(given, 'product'),
    ...optional('from', textOf(given, 'from')),
    ...optional('to', textOf(given, 'to')),
    ...optionalNumber('sample', textOf(given, 'sample')),
  })
  const progress = cli.output.progress()
  const run = given['wait'] === false ? started : await followRun(api, started, progress)
  progress.stop()
  return run.state === 'sampled' ? sampled(run, api, cli) : ended(run, cli)
}

/** What a sample is for: its rows, with what the checks say of them. */
async function sampled(run: RunShape, api: Api, cli: Cli): Promise<number> {
  const tables: BatchShape[] = []
  for (const table of run.rejected) tables.push(await api.call('rejectedRows', { id: run.id, table, limit: 20 }))
  await cli.output.data({ ...run, sample: tables }, () =>
    [...runLines(run), ...tables.flatMap(batch => [`Rows of ${batch.table}`, rowsText(batch, cli)])].join('\n'),
  )
  return exitOf([run])
}

const rowsText = ({ columns, rows }: BatchShape, { output }: Cli): string =>
  output.table(
    columns,
    rows.map(row => row.map(v => (v === null ? '∅' : typeof v === 'string' ? v : JSON.stringify(v)))),
  )

export const listRuns: Action = async (given, { api, output }) => {
  const list = await (
    await api()
  ).call('runs', {
    ...optional('product', textOf(given, 'product')),
    ...optionalNumber('limit', textOf(given, 'limit')),
  })
  await output.answer(list, () =>
    list.runs.length === 0
      ? 'There are no runs that you may look at.'
      : output.table(
          ['Id', 'Product', 'Release', 'State', 'At', 'By'],
          list.runs.map(r => [r.id, r.product, r.release, r.state, r.at, r.by]),
        ),
  )
  return 0
}

export const showRun: Action = async (given, cli) => {
  const api = await cli.api()
  const id = needed(given, 'id')
  if (!isOn(given, 'rejected')) {
    const run = await api.call('run', { id })
    await cli.output.answer(run, () => runLines(run).join('\n'))
    return 0
  }
  const batch = await api.call('rejectedRows', {
    id,
    ...optional('table', textOf(given, 'table')),
    ...optionalNumber('limit', textOf(given, 'limit')),
  })
  await cli.output.data(batch, () =>
    [
      `Rows of ${batch.table} that were rejected`,
      rowsText(batch, cli),
      ...batch.notes.map(note => `note: ${note}`),
    ].join('\n'),
  )
  return 0
}

export const cancelRun: Action = async (given, cli) => {
  const run = await (await cli.api()).call('cancelRun', { id: needed(given, 'id') })
  await cli.output.answer(run, () => runLines(run).join('\n'))
  return 0
}

async function ended(run: RunShape, { output }: Cli): Promise<number> {
  await output.answer(run, () => runLines(run).join('\n'))
  return isOver(run) ? exitOf([run]) : 0
}
