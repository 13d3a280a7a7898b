import { countOf } from '../../base/index.ts'
import { resolve } from 'node:path'
import { needed, textOf, type Action, type Cli, type Given } from '../command.ts'
import { homeOf } from '../effects.ts'
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
      `The ledger has ${countOf(page.head, 'entry', 'entries')}.`,
    ].join('\n'),
  )
  return 0
}

/** With `--home` on a home that no server uses, so that one which a server refuses can be looked into. */
export const verify: Action = async (given, cli) => {
  const { entries, problems } = textOf(given, 'home') === undefined ? await asked(cli) : await offline(given, cli)
  await cli.output.answer({ entries, head: entries, problems }, () =>
    problems.length === 0
      ? entries === 1
        ? 'The one entry of the ledger verifies.'
        : `All ${entries} entries of the ledger verify.`
      : [
          ...problems.map(p => (p.seq === 0 ? `${p.what}: ${p.message}` : `entry ${p.seq} ${p.what}: ${p.message}`)),
          `${countOf(problems.length, 'problem')}. Restore the home from a backup, into a new folder:`,
          '  meshwright restore BACKUP --home DIR',
        ].join('\n'),
  )
  return problems.length === 0 ? 0 : 1
}

const asked = async ({ api }: Cli) => (await api()).call('verifyAudit', {})

async function offline(given: Given, { effects }: Cli) {
  const { verifyHome } = await import('../../server/index.ts')
  return verifyHome(resolve(effects.cwd, homeOf(textOf(given, 'home'), effects)))
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
            found.who.map(w => [w.who, w.purpose, [w.seen, ...(w.rows ?? [])].join('; '), w.because]),
          ),
    ].join('\n'),
  )
  return 0
}
