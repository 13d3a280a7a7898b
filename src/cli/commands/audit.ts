import { needed, textOf, type Action } from '../command.ts'
import { optional, optionalNumber } from '../number-of.ts'

export const listEntries: Action = async (given, { api, output }) => {
  const page = await (
    await api()
  ).call('audit', {
    ...optionalNumber('after', textOf(given, 'after')),
    ...optionalNumber('limit', textOf(given, 'limit')),
    ...optional('kind', textOf(given, 'kind')),
  })
  await output.answer(page, () =>
    [
      output.table(
        [{ title: 'Seq', align: 'right' }, 'At', 'Who', 'What', 'On'],
        page.entries.map(e => [String(e.seq), e.at, e.actor, e.kind, e.summary]),
      ),
      `The ledger has ${page.head} entries.`,
    ].join('\n'),
  )
  return 0
}

export const verify: Action = async (_given, { api, output }) => {
  const { entries, head, problems } = await (await api()).call('verifyAudit', {})
  await output.answer({ entries, head, problems }, () =>
    problems.length === 0
      ? `All ${entries} entries of the ledger verify.`
      : problems.map(p => `entry ${p.seq} ${p.what}: ${p.message}`).join('\n'),
  )
  return problems.length === 0 ? 0 : 1
}

export const who: Action = async (given, { api, output }) => {
  const found = await (
    await api()
  ).call('auditWho', { of: needed(given, 'of'), ...optional('on', textOf(given, 'on')) })
  await output.answer(found, () =>
    [
      `${found.of} at ${found.at} (entry ${found.seq} of the ledger)`,
      found.who.length === 0
        ? 'Nobody could see it.'
        : output.table(
            ['Who', 'Purpose', 'Seen', 'Because'],
            found.who.map(w => [w.who, w.purpose, w.seen, w.because]),
          ),
    ].join('\n'),
  )
  return 0
}
