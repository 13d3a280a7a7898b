import type { Api } from './api.ts'
import type { Effects } from './effects.ts'
import type { Output } from './output/output.ts'

/** One command: the source of its parsing, help, documentation page and completion. */
export interface Command {
  /** `access request`: the words that call it. */
  readonly name: string
  readonly group: 'Start' | 'Make' | 'Use' | 'Govern' | 'Run the installation'
  readonly summary: string
  readonly arguments?: readonly Argument[]
  readonly options?: readonly Option[]
  readonly examples: readonly string[]
  /** What the summary leaves out, in a few sentences. */
  readonly more?: string
  readonly load: () => Promise<Action>
}

/** What the mesh has names of. */
export const namedKinds = ['domain', 'product', 'table'] as const
export type NamedKind = (typeof namedKinds)[number]

export interface Argument {
  readonly name: string
  readonly is: string
  /** Names of these kinds complete it. */
  readonly names?: readonly NamedKind[]
  readonly optional?: true
  readonly many?: true
}

export interface Option {
  /** Without the dashes: `purpose`. */
  readonly name: string
  /** Name of its value; absent for a switch. */
  readonly value?: string
  readonly is: string
  readonly choices?: readonly string[]
  readonly many?: true
  /** Names of these kinds complete its value. */
  readonly names?: readonly NamedKind[]
}

export type Action = (given: Given, cli: Cli) => Promise<number>

/** Arguments and options as they were written, by name. */
export type Given = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

export interface Cli {
  readonly effects: Effects
  readonly output: Output
  /** The table that this command stands in, for what is made from it. */
  readonly table: { readonly commands: readonly Command[]; readonly commonOptions: readonly Option[] }
  /** The server that the person is signed in to; asked for at the first call. */
  readonly api: () => Promise<Api>
}

export const textOf = (given: Given, name: string): string | undefined => {
  const value = given[name]
  return typeof value === 'string' ? value : undefined
}

export const listOf = (given: Given, name: string): readonly string[] => {
  const value = given[name]
  return Array.isArray(value) ? value : typeof value === 'string' ? [value] : []
}

/** Of arguments that the parser has made sure of. */
export const needed = (given: Given, name: string): string => textOf(given, name) ?? ''

export const isOn = (given: Given, name: string): boolean => given[name] === true
