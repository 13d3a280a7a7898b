import { listOf, textOf, type Action } from '../command.ts'
import { optionalNumber } from '../number-of.ts'

export const find: Action = async (given, { api, output }) => {
  const q = listOf(given, 'words').join(' ')
  const found = await (await api()).call('find', { q, ...optionalNumber('limit', textOf(given, 'limit')) })
  await output.answer(found, () =>
    found.results.length === 0
      ? `Nothing that you may discover matches ${q}.`
      : [
          output.table(
            ['Name', 'Kind', 'What it is'],
            found.results.map(r => [r.id, r.kind, r.description ?? r.title]),
          ),
          ...(found.total > found.results.length ? [`${found.total - found.results.length} more`] : []),
        ].join('\n'),
  )
  return found.results.length === 0 ? 1 : 0
}
