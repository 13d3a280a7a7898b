import { commandHelp, commands } from '../../src/cli/index.ts'

/** `docs/cli.md`, from the table of commands. */
export function cliPage(): string {
  const groups = [...new Set(commands.map(c => c.group))]
  return `${[
    '# The command line',
    'One binary, `meshwright` (short: `mw`). Every command takes `--json` and `--help`. Exit codes: 0 fine, 1 the answer is no (a check failed, a policy refused), 2 used wrongly, 3 the platform failed. With `--json` a refusal is its problem document on standard output.',
    '`MESHWRIGHT_URL` and `MESHWRIGHT_TOKEN` go before the login that `meshwright login` stored.',
    ...groups.flatMap(group => [
      `## ${group}`,
      ...commands
        .filter(c => c.group === group)
        .flatMap(c => [`### meshwright ${c.name}`, ['```text', commandHelp(c), '```'].join('\n')]),
    ]),
  ].join('\n\n')}\n`
}
