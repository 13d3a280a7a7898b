import { Command as Parser, CommanderError, Option as ParserOption } from 'commander'
import { MeshError, nearest } from '../base/index.ts'
import type { Command, Given, Option } from './command.ts'
import { commands } from './commands.ts'
import { commandHelp, entryOf, groupHelp, overviewHelp, usageOf } from './help.ts'

export type Parsed =
  | ({ readonly kind: 'help' } & Help)
  | { readonly kind: 'version' }
  | { readonly kind: 'command'; readonly command: Command; readonly given: Given }

/** What the words of a command line ask for; `usage.invalid` says what is wrong with them and what was likely meant. */
export function parse(argv: readonly string[]): Parsed {
  const [first] = argv
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', ...overview() }
  if (first === '--version' || first === '-V') return { kind: 'version' }
  if (first === 'help') return { kind: 'help', ...helpOn(argv.slice(1).filter(word => !word.startsWith('-'))) }
  const { command, rest } = commandOf(argv)
  if (command === undefined) return wantsHelp(argv) ? { kind: 'help', ...groupOf(first) } : refuseGroup(first, argv)
  refuseNearCommand(command, rest)
  if (wantsHelp(rest)) return { kind: 'help', ...one(command) }
  return { kind: 'command', command, given: givenTo(command, rest) }
}

const wantsHelp = (words: readonly string[]) => {
  const end = words.indexOf('--')
  return words.slice(0, end < 0 ? undefined : end).some(word => word === '--help' || word === '-h')
}

/** The longest name that the words begin with: `run show` before `run`. */
function commandOf(argv: readonly string[]): { command?: Command; rest: readonly string[] } {
  const two = commands.find(c => c.name === argv.slice(0, 2).join(' '))
  if (two !== undefined) return { command: two, rest: argv.slice(2) }
  const one = commands.find(c => c.name === argv[0])
  return one === undefined ? { rest: argv } : { command: one, rest: argv.slice(1) }
}

/** Help as text and, for `--json`, as the table's own entries. */
interface Help {
  readonly text: string
  readonly document: unknown
}

const overview = (): Help => ({ text: overviewHelp(), document: { commands: commands.map(entryOf) } })
const groupOf = (word: string): Help => ({
  text: groupHelp(word),
  document: { commands: commands.filter(c => c.name.startsWith(`${word} `)).map(entryOf) },
})
const one = (command: Command): Help => ({ text: commandHelp(command), document: entryOf(command) })

function helpOn(words: readonly string[]): Help {
  if (words.length === 0) return overview()
  const { command, rest } = commandOf(words)
  refuseUnknownSecond(command?.name ?? words[0]!, command === undefined ? words[1] : rest[0])
  if (command !== undefined) return one(command)
  if (isGroup(words[0]!)) return groupOf(words[0]!)
  throw unknownCommand(words[0]!, firstWords())
}

/** A second word that is no command under the first, and that the first does not take as its argument. */
function refuseUnknownSecond(first: string, second: string | undefined): void {
  const below = commands.filter(c => c.name.startsWith(`${first} `)).map(c => c.name)
  if (second === undefined || below.length === 0) return
  throw unknownCommand(`${first} ${second}`, below)
}

const firstWords = () => [...new Set(commands.map(c => c.name.split(' ')[0]!)), 'help']
const isGroup = (word: string) => commands.some(c => c.name.startsWith(`${word} `))

function refuseGroup(first: string, argv: readonly string[]): never {
  if (!isGroup(first)) throw unknownCommand(first, firstWords())
  const second = argv[1]
  const below = commands.filter(c => c.name.startsWith(`${first} `)).map(c => c.name.slice(first.length + 1))
  if (second !== undefined && !second.startsWith('-'))
    throw unknownCommand(
      `${first} ${second}`,
      below.map(b => `${first} ${b}`),
    )
  throw new MeshError('usage.invalid', `Say what to do: ${below.map(b => `${first} ${b}`).join(', ')}.`, {
    fix: `See: meshwright help ${first}`,
  })
}

/** `audit verfy`, `run lst`: a word that is almost a command under this one is not its argument. */
function refuseNearCommand(command: Command, [word]: readonly string[]): void {
  if (word === undefined || !/^[a-z]+$/.test(word)) return
  const below = commands.filter(c => c.name.startsWith(`${command.name} `)).map(c => c.name)
  if (below.length === 0) return
  const written = `${command.name} ${word}`
  const takesWord = (command.arguments ?? []).length > 0
  const near = nearest(
    word,
    below.map(name => name.slice(command.name.length + 1)),
  )
  if (near === undefined && takesWord) return
  throw unknownCommand(written, near === undefined ? [] : [`${command.name} ${near}`], below)
}

function unknownCommand(word: string, known: readonly string[], all = known): MeshError {
  const near = nearest(word, known) ?? (known.length === 1 ? known[0] : undefined)
  return new MeshError(
    'usage.invalid',
    `There is no command ${word}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    {
      fix: near === undefined ? `There are: ${all.join(', ')}. See: meshwright help` : `See: meshwright help ${near}`,
    },
  )
}

/** A statement that begins with a comment, as those in files do, is no option: none has a blank in its name. */
function withSql({ arguments: named = [], options = [] }: Command, words: readonly string[]): readonly string[] {
  if (named[0]?.name !== 'sql') return words
  const takesNext = (word: string | undefined) =>
    options.some(({ name, value }) => value !== undefined && word === `--${name}`)
  const at = words.findIndex((word, i) => /^--(?:\s|[^=]*\n)/.test(word) && !takesNext(words[i - 1]))
  return at < 0 ? words : [...words.slice(0, at), ...words.slice(at + 1), '--', words[at]!]
}

function givenTo(command: Command, words: readonly string[]): Given {
  const parser = parserOf(command)
  let given: Given = {}
  parser.action((...all: readonly unknown[]) => {
    const args = (command.arguments ?? []).map((argument, i) => [argument.name, all[i]])
    const options = Object.entries(parser.opts()).map(([name, value]) => [kebab(name), value as unknown])
    given = Object.fromEntries([...args, ...options]) as Given
  })
  try {
    parser.parse([...withSql(command, words)], { from: 'user' })
  } catch (thrown) {
    if (thrown instanceof CommanderError) throw wrongUse(command, thrown)
    throw thrown
  }
  refuseTwoFormats(command, given)
  return given
}

/** `--json` is one JSON document: an answer in another form besides would have to leave out one of the two. */
function refuseTwoFormats({ name, options = [] }: Command, { json, format }: Given): void {
  const offersJson = options.some(option => option.name === 'format' && option.choices?.includes('json'))
  if (json !== true || !offersJson || format === undefined || format === 'json') return
  throw new MeshError('usage.invalid', `--json and --format ${String(format)} ask for two different answers.`, {
    fix: `Leave out one of them: meshwright ${name} … --format ${String(format)}, or meshwright ${name} … --json`,
  })
}

function parserOf(command: Command): Parser {
  const parser = new Parser(command.name)
  parser.exitOverride().helpOption(false).allowExcessArguments(false).showSuggestionAfterError(false)
  parser.configureOutput({ writeErr() {}, writeOut() {}, outputError() {} })
  for (const { name, optional, many } of command.arguments ?? []) {
    const word = `${name}${many === true ? '...' : ''}`
    parser.argument(optional === true ? `[${word}]` : `<${word}>`)
  }
  for (const option of command.options ?? []) parser.addOption(optionOf(option))
  parser.addOption(new ParserOption('--json'))
  return parser
}

function optionOf({ name, value, choices, many }: Option): ParserOption {
  // Commander reads `--no-wait` as the opposite of a switch `wait`: `wait` is then given, and false.
  const option = new ParserOption(`--${name}${value === undefined ? '' : ` <value>`}`)
  if (choices !== undefined) option.choices([...choices])
  if (many === true)
    option.argParser((next: string, before: readonly string[] | undefined) => [...(before ?? []), next])
  return option
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, c => `-${c.toLowerCase()}`)

function wrongUse(command: Command, { message, code }: CommanderError): MeshError {
  const said = message.replace(/^error: /, '').replace(/\n\(/g, ' (')
  const text = `${said[0]?.toUpperCase() ?? ''}${said.slice(1)}`.replace(/([^.?)])$/, '$1.')
  const unknown = code === 'commander.unknownOption' ? /'--?([\w-]+)/.exec(message)?.[1] : undefined
  const near =
    unknown === undefined ? undefined : nearest(unknown, ['json', ...(command.options ?? []).map(o => o.name)])
  return new MeshError('usage.invalid', near === undefined ? text : `${text} Did you mean --${near}?`, {
    fix: `Write it as: ${usageOf(command)}`,
  })
}
