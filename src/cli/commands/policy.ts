import { needed, textOf, type Action } from '../command.ts'
import { optional } from '../number-of.ts'

export const listPolicies: Action = async (_given, { api, output }) => {
  const list = await (await api()).call('policies', {})
  await output.answer(list, () =>
    list.policies.length === 0
      ? 'There are no policies.'
      : output.table(
          ['Policy', 'Team', 'Status', 'Decides on', 'What it is'],
          list.policies.map(p => [
            p.domain === undefined ? p.id : `${p.domain}/${p.id}`,
            p.team,
            p.status,
            p.points.join(', '),
            p.description ?? p.title ?? '',
          ]),
        ),
  )
  return 0
}

/** Exit code 0 also for a denial: the question was why, and it is answered. */
export const why: Action = async (given, { api, output }) => {
  const answer = await (
    await api()
  ).call('why', {
    of: needed(given, 'of'),
    ...optional('as', textOf(given, 'as')),
    ...optional('purpose', textOf(given, 'purpose')),
  })
  await output.answer(answer, () =>
    [
      ...(answer.notice === undefined ? [] : [answer.notice]),
      `${answer.as} ${answer.verdict === 'allow' ? 'may read' : 'may not read'} ${answer.of}${answer.purpose === undefined ? '' : ` for ${answer.purpose}`}`,
      ...(answer.detail === undefined ? [] : [answer.detail]),
      ...(answer.determinedBy.length === 0
        ? []
        : [
            '',
            output.table(
              ['Rule', 'Team', 'Effect', 'On'],
              answer.determinedBy.map(d => [
                d.rule,
                d.team,
                d.effect,
                d.column === undefined ? d.table : `${d.table}.${d.column}`,
              ]),
            ),
          ]),
      '',
      output.table(
        ['Column', 'Seen', 'By'],
        answer.columns.map(c => [
          c.name,
          c.mask === undefined ? c.seen : `${c.seen} by ${c.mask}`,
          [...new Set(c.rules)].join(', '),
        ]),
      ),
      ...(answer.next === undefined ? [] : [`  ${answer.next}`]),
    ].join('\n'),
  )
  return 0
}
