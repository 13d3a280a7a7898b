import type { Argument, Command, Option } from './command.ts'
import { commands, commonOptions } from './commands.ts'

/** `meshwright help`: every command by what it is for. */
export function overviewHelp(): string {
  const groups = [...new Set(commands.map(c => c.group))]
  const width = Math.max(...commands.map(c => c.name.length)) + 2
  const parts = groups.map(group => {
    const lines = commands.filter(c => c.group === group).map(c => `  ${c.name.padEnd(width)}${c.summary}`)
    return [group, ...lines].join('\n')
  })
  return [
    'meshwright: an open-source data mesh platform (short: mw)',
    'Usage: meshwright COMMAND [--json]',
    ...parts,
    'Exit codes: 0 fine, 1 the answer is no, 2 used wrongly, 3 the platform failed.',
    'Help on one: meshwright help COMMAND',
  ].join('\n\n')
}

export function commandHelp(command: Command): string {
  const args = command.arguments ?? []
  const options = [...(command.options ?? []), ...commonOptions]
  const below = commands.filter(c => c.name.startsWith(`${command.name} `))
  return [
    command.more === undefined ? `${command.summary}.` : `${command.summary}. ${command.more}`,
    `Usage: ${usageOf(command)}`,
    ...(args.length === 0
      ? []
      : [
          section(
            'Arguments',
            args.map(a => [a.name.toUpperCase(), a.is]),
          ),
        ]),
    section(
      'Options',
      options.map(o => [flagOf(o), meaningOf(o)]),
    ),
    ...(below.length === 0
      ? []
      : [
          section(
            'Commands',
            below.map(c => [c.name, c.summary]),
          ),
        ]),
    ['Examples', ...command.examples.map(e => `  ${e}`)].join('\n'),
  ].join('\n\n')
}

/** A command as a document: what its help says, for programs. */
export const entryOf = (command: Command) => ({
  name: command.name,
  group: command.group,
  summary: command.summary,
  ...(command.more === undefined ? {} : { more: command.more }),
  usage: usageOf(command),
  arguments: (command.arguments ?? []).map(a => ({ ...a })),
  options: [...(command.options ?? []), ...commonOptions].map(o => ({ ...o })),
  examples: [...command.examples],
})

/** Of words that are no command themselves, as `access`. */
export function groupHelp(words: string): string {
  const below = commands.filter(c => c.name.startsWith(`${words} `))
  return [
    `Usage: meshwright ${words} COMMAND`,
    section(
      'Commands',
      below.map(c => [c.name, c.summary]),
    ),
    `Help on one: meshwright help ${words} COMMAND`,
  ].join('\n\n')
}

export const usageOf = (command: Command): string =>
  ['meshwright', command.name, ...(command.arguments ?? []).map(argumentUsage), '[options]'].join(' ')

function argumentUsage({ name, optional, many }: Argument): string {
  const word = `${name.toUpperCase()}${many === true ? '...' : ''}`
  return optional === true ? `[${word}]` : word
}

export const flagOf = ({ name, value }: Option): string => `--${name}${value === undefined ? '' : ` ${value}`}`

export const meaningOf = ({ is, choices }: Option): string =>
  choices === undefined ? is : `${is} One of ${choices.join(', ')}.`

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return [title, ...rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`)].join('\n')
}
