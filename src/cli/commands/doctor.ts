import { resolve } from 'node:path'
import { MeshError } from '../../base/index.ts'
import { textOf, type Action, type Cli } from '../command.ts'
import { homeOf } from '../effects.ts'
import { shellWord } from '../shell-quoted.ts'

interface Report {
  readonly well: boolean
  readonly checks: readonly {
    readonly name: string
    readonly ok: boolean
    readonly detail: string
    readonly fix?: string | undefined
  }[]
}

export const doctor: Action = async (given, cli) => {
  const { output } = cli
  const report =
    textOf(given, 'home') === undefined ? await fromServer(cli) : await fromHome(textOf(given, 'home'), cli)
  await output.answer(report, () =>
    [
      ...report.checks.flatMap(c => [
        `${c.ok ? '✓' : '✗'} ${c.name}: ${c.detail}`,
        ...(c.ok || c.fix === undefined ? [] : [`    ${c.fix}`]),
      ]),
      report.well ? 'All is well.' : 'Not all is well.',
    ].join('\n'),
  )
  return report.well ? 0 : 1
}

async function fromServer(cli: Cli): Promise<Report> {
  try {
    return await (await cli.api()).call('doctor', {})
  } catch (thrown) {
    if (!(thrown instanceof MeshError) || thrown.code !== 'server.unreachable') throw thrown
    const { well: _well, checks } = await fromHome(undefined, cli)
    return {
      well: false,
      checks: [{ name: 'server', ok: false, detail: thrown.message, fix: thrown.fix }, ...checks],
    }
  }
}

async function fromHome(given: string | undefined, { effects }: Cli): Promise<Report> {
  const { examineHome, ledgerFinding } = await import('../../server/index.ts')
  const home = resolve(effects.cwd, homeOf(given, effects))
  const verify = `meshwright audit verify --home ${shellWord(home)}`
  const checks = [...(await examineHome(home, effects.env)), await ledgerFinding(home, verify)]
  return { well: checks.every(c => c.ok), checks }
}
