import { openApi } from './api.ts'
import { commands, commonOptions } from './commands.ts'
import { realEffects, type Effects } from './effects.ts'
import { currentLogin } from './login-store.ts'
import { openOutput } from './output/output.ts'
import { printable } from './output/printable.ts'
import { problemText } from './output/problem-text.ts'
import { parse } from './parse.ts'
import { exitCodeOf, problemBehind } from './refusal.ts'
import { version } from './version.ts'

/** Runs one command line to its end and gives the exit code; throws nothing. */
export async function run(argv: readonly string[], effects: Effects = realEffects()): Promise<number> {
  const end = argv.indexOf('--')
  const output = openOutput(effects, argv.slice(0, end < 0 ? undefined : end).includes('--json'))
  try {
    const parsed = parse(argv)
    switch (parsed.kind) {
      case 'help':
        await output.raw(`${parsed.text}\n`)
        return 0
      case 'version':
        await output.answer({ version }, () => version)
        return 0
      case 'command': {
        const action = await parsed.command.load()
        return await action(parsed.given, {
          effects,
          output,
          table: { commands, commonOptions },
          api: async () => openApi(await currentLogin(effects), effects),
        })
      }
    }
  } catch (thrown) {
    const problem = problemBehind(thrown)
    if (output.json) await output.answer(problem, () => '')
    else await effects.stderr.write(`${printable(problemText(problem))}\n`)
    if (problem.code === 'internal' && thrown instanceof Error && effects.env['MESHWRIGHT_DEBUG'] !== undefined) {
      await effects.stderr.write(`${thrown.stack ?? ''}\n`)
    }
    return exitCodeOf(problem)
  }
}
