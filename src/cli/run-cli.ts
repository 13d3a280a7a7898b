import type { Problem } from '../api/index.ts'
import { errorCodes } from '../base/index.ts'
import { openApi } from './api.ts'
import { commands, commonOptions } from './commands.ts'
import { realEffects, type Effects } from './effects.ts'
import { currentLogin } from './login-store.ts'
import { openOutput } from './output/output.ts'
import { problemText } from './output/problem-text.ts'
import { parse } from './parse.ts'
import { exitCodeOf, problemBehind, Refusal } from './refusal.ts'
import { whileLoading } from './while-loading.ts'
import { version } from './version.ts'

/** Runs one command line to its end and gives the exit code; throws nothing. */
export async function run(argv: readonly string[], effects: Effects = realEffects()): Promise<number> {
  const end = argv.indexOf('--')
  const output = openOutput(effects, argv.slice(0, end < 0 ? undefined : end).includes('--json'))
  const api = async () => openApi(await currentLogin(effects), effects)
  let called: string | undefined
  try {
    const parsed = parse(argv)
    switch (parsed.kind) {
      case 'help':
        await output.answer(parsed.document, () => parsed.text)
        return 0
      case 'version':
        await output.answer({ version }, () => version)
        return 0
      case 'command': {
        called = parsed.command.name
        const action = await parsed.command.load()
        return await action(parsed.given, {
          effects,
          output,
          table: { commands, commonOptions },
          api,
        })
      }
    }
  } catch (thrown) {
    const problem = await whileLoading(withHelp(problemBehind(thrown), called), api)
    if (output.json) await output.answer(problem, () => '')
    else await output.note(problemText(problem, thrown instanceof Refusal ? thrown.excerpt : undefined))
    if (problem.code === 'internal' && thrown instanceof Error && effects.env['MESHWRIGHT_DEBUG'] !== undefined) {
      await effects.stderr.write(`${thrown.stack ?? ''}\n`)
    }
    return exitCodeOf(problem)
  }
}

/** Where nothing better is known, what is written wrongly is explained by the help of its own command. */
function withHelp(problem: Problem, called: string | undefined): Problem {
  const isGeneral = helped.some(code => problem.code === code && problem.fix === errorCodes[code].fix)
  if (called === undefined || !isGeneral) return problem
  const { options = [], arguments: words = [] } = commands.find(c => c.name === called) ?? {}
  // The API speaks of `body.days`, the command line of `--days`.
  const asWritten = (text: string) =>
    text.replaceAll(/\b(?:body|query|path)\.(\w+)/g, (said, name: string) => {
      if (options.some(o => o.name === name)) return `--${name}`
      return words.some(word => word.name === name) ? name : said
    })
  return {
    ...problem,
    detail: asWritten(problem.detail),
    ...(problem.issues === undefined
      ? {}
      : { issues: problem.issues.map(issue => ({ ...issue, message: asWritten(issue.message) })) }),
    fix: `See: meshwright help ${called}`,
  }
}

const helped = ['usage.invalid', 'request.invalid'] as const
