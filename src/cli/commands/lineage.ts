import { needed, textOf, type Action } from '../command.ts'
import { optionalNumber } from '../number-of.ts'

export const lineage: Action = async (given, { api, output }) => {
  const id = needed(given, 'name')
  const graph = await (await api()).call('lineage', { id, ...optionalNumber('depth', textOf(given, 'depth')) })
  await output.answer(graph, () =>
    graph.edges.length === 0
      ? `${id} is made of nothing that is known here, and nothing is made of it.`
      : output.table(
          ['From', 'To', 'How'],
          graph.edges.map(e => [e.from, e.to, e.how]),
        ),
  )
  return 0
}
