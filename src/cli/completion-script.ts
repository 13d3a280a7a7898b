import { unreachable } from '../base/index.ts'
import type { Cli, Option } from './command.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]
type Table = Cli['table']

/** A script that completes the words of commands and their options from the table, and names by asking the mesh. */
export function completionScript(shell: Shell, table: Table): string {
  switch (shell) {
    case 'bash':
      return bash(table)
    case 'zsh':
      return `#compdef meshwright mw\nautoload -U +X bashcompinit && bashcompinit\n${bash(table)}`
    case 'fish':
      return fish(table)
    default:
      return unreachable(shell)
  }
}

const firstWords = ({ commands }: Table) => [...new Set(commands.map(c => c.name.split(' ')[0]!)), 'help']

const secondWords = ({ commands }: Table, first: string) =>
  commands.filter(c => c.name.startsWith(`${first} `)).map(c => c.name.slice(first.length + 1))

const flags = ({ commands, commonOptions }: Table, name: string) =>
  [...(commands.find(c => c.name === name)?.options ?? []), ...commonOptions].map(o => `--${o.name}`)

/** `query --format` → its choices. */
const choicesOf = ({ commands }: Table) =>
  commands.flatMap(({ name, options }) =>
    (options ?? []).flatMap(o => (o.choices === undefined ? [] : [{ name, flag: `--${o.name}`, choices: o.choices }])),
  )

/** Where a name of the mesh may stand: after an option, or as the first word that a command takes. */
const namesOf = ({ commands }: Table) =>
  commands.flatMap(({ name, arguments: words = [], options = [] }) => {
    const [first] = words
    return [
      ...(first?.names === undefined ? [] : [{ name, after: undefined, kinds: first.names.join(',') }]),
      ...options.flatMap(o =>
        o.names === undefined ? [] : [{ name, after: `--${o.name}`, kinds: o.names.join(',') }],
      ),
    ]
  })

function bash(table: Table): string {
  const { commands } = table
  const named = namesOf(table)
  const first = named
    .filter(({ after }) => after === undefined)
    .map(({ name, kinds }) => `    '${name} ${name.split(' ').length + 1}') kinds='${kinds}' ;;`)
  const afterOption = named
    .filter(({ after }) => after !== undefined)
    .map(({ name, after, kinds }) => `    '${name} ${after}') kinds='${kinds}'; words='' ;;`)
  const values = choicesOf(table).map(
    ({ name, flag, choices }) => `    '${name} ${flag}') words='${choices.join(' ')}' ;;`,
  )
  const cases = [...new Set([...firstWords(table), ...commands.map(c => c.name)])].map(
    name => `    '${name}') words='${[...secondWords(table, name), ...flags(table, name)].join(' ')}' ;;`,
  )
  return `_meshwright() {
  local words='' kinds='' key="\${COMP_WORDS[1]}"
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
      ${commands
        .filter(c => c.name.includes(' '))
        .map(c => `'${c.name}'`)
        .join('|')}) key="\${COMP_WORDS[1]} \${COMP_WORDS[2]}" ;;
    esac
  fi
  if [ "$COMP_CWORD" -eq 1 ]; then words='${firstWords(table).join(' ')}'; else
  case "$key" in
${cases.join('\n')}
  esac
  case "$key \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
    'completion completion') words='${shells.join(' ')} names' ;;
  esac
  case "$key $COMP_CWORD" in
${first.join('\n')}
  esac
  case "$key \${COMP_WORDS[COMP_CWORD-1]}" in
${afterOption.join('\n')}
  esac
  fi
  case "\${COMP_WORDS[COMP_CWORD]}" in
    -*) ;;
    *) if [ -n "$kinds" ]; then
      words="$words $("\${COMP_WORDS[0]}" completion names "$kinds" -- "\${COMP_WORDS[COMP_CWORD]}" 2>/dev/null)"
    fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _meshwright meshwright mw
`
}

/** What fish runs to complete the word at the cursor. */
const askedNames = (kinds: readonly string[]) =>
  `(meshwright completion names ${kinds.join(',')} -- (commandline -ct) 2>/dev/null)`

function fish({ commands, commonOptions }: Table): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
  const offered = ({ choices, names }: Option): string => {
    if (choices !== undefined) return ` -f -a ${quoted(choices.join(' '))}`
    return names === undefined ? '' : ` -f -a ${quoted(askedNames(names))}`
  }
  const lines = commands.flatMap(({ name, summary, options, arguments: words = [] }) => {
    const [first = '', second] = name.split(' ')
    const here =
      second === undefined
        ? `__fish_seen_subcommand_from ${first}`
        : `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`
    return [
      second === undefined
        ? `complete -c meshwright -f -n __fish_use_subcommand -a ${first} -d ${quoted(summary)}`
        : `complete -c meshwright -f -n ${quoted(`__fish_seen_subcommand_from ${first}`)} -a ${second} -d ${quoted(summary)}`,
      ...words
        .slice(0, 1)
        .flatMap(({ names }) =>
          names === undefined ? [] : [`complete -c meshwright -f -n ${quoted(here)} -a ${quoted(askedNames(names))}`],
        ),
      ...[...(options ?? []), ...commonOptions].map(
        o =>
          `complete -c meshwright -n ${quoted(here)} -l ${o.name}${o.value === undefined ? '' : ' -r'}${offered(o)} -d ${quoted(o.is)}`,
      ),
    ]
  })
  return `${lines.join('\n')}\ncomplete -c mw -w meshwright\n`
}
