import type { AnswerOf, Operations } from '../../api/index.ts'
import { listOf, textOf, type Action } from '../command.ts'
import { optional, optionalNumber } from '../number-of.ts'

export const find: Action = async (given, { api, output }) => {
  const q = listOf(given, 'words').join(' ')
  const kind = textOf(given, 'kind') as Result['kind'] | undefined
  const found = await (
    await api()
  ).call('find', { q, ...optional('kind', kind), ...optionalNumber('limit', textOf(given, 'limit')) })
  await output.answer(found, () =>
    found.results.length === 0
      ? `Nothing that you may discover matches ${q}.`
      : [
          output.table(['Name', 'Kind', 'What it is'], grouped(found.results)),
          ...(found.total > found.results.length ? [`${found.total - found.results.length} more`] : []),
        ].join('\n'),
  )
  return found.results.length === 0 ? 1 : 0
}

type Result = AnswerOf<Operations['find']>['results'][number]

/** Products, tables and domains as they come; the columns that match, on one line for each of their tables. */
function grouped(results: readonly Result[]): readonly (readonly string[])[] {
  const columns = new Map<string, string[]>()
  for (const { id } of results.filter(r => r.kind === 'column')) {
    const table = id.split('.').slice(0, 2).join('.')
    columns.set(table, [...(columns.get(table) ?? []), id.slice(table.length + 1)])
  }
  return [
    ...results.filter(r => r.kind !== 'column').map(r => [r.id, r.kind, r.description ?? r.title]),
    ...[...columns].map(([table, names]) => [table, 'columns', names.join(', ')]),
  ]
}
