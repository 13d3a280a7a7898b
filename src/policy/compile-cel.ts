import { celEnv, isCelError, isCelList, parse, plan, type CelInput, type CelValue } from '@bufbuild/cel'
import { strings } from '@bufbuild/cel/ext'
import { limits, messageOf, nearest } from '../base/index.ts'
import { checkNames } from './check-cel.ts'
import type { Names } from './cel-names.ts'

/** Facts by name; each is complete, see `fact`. */
export type Facts = Readonly<Record<string, CelInput>>

export interface CelCondition {
  readonly text: string
  /** Names that it reads: what it does not read cannot change it. */
  readonly reads: ReadonlySet<string>
  /** Throws `ConditionFailed` where it has no answer for these facts, or one that is not true or false. */
  readonly test: (facts: Facts) => boolean
  /** The value as text, for messages. Throws likewise. */
  readonly print: (facts: Facts) => string
}

/** Why a CEL text is refused, and what to write; `at` is an offset into it. */
export class CelError extends Error {
  readonly at: number
  readonly fix: string

  constructor(message: string, at: number, fix = "Write a condition in CEL, such as: column.class == 'personal'") {
    super(message)
    this.name = 'CelError'
    this.at = at
    this.fix = fix
  }
}

/** A condition that has no answer for what it was asked of. Whoever asks must refuse: it is never taken for a no. */
export class ConditionFailed extends Error {
  constructor(text: string, why: string) {
    super(`the condition ${text} has no answer: ${why}`)
    this.name = 'ConditionFailed'
  }
}

const environment = celEnv({ funcs: strings })

/** Compiles a condition once for many questions. Throws CelError for syntax, unknown names, unknown functions and size. */
export function compileCel(text: string, names: Names): CelCondition {
  const key = `${Object.keys(names).join()}|${text}`
  const known = compiledTexts.get(key)
  if (known !== undefined) return known
  const fresh = compileText(text, names)
  if (compiledTexts.size >= compiledTextsMax) compiledTexts.clear()
  compiledTexts.set(key, fresh)
  return fresh
}

/** Rules of many domains say the same thing in the same words. */
const compiledTexts = new Map<string, CelCondition>()
const compiledTextsMax = 10_000

function compileText(text: string, names: Names): CelCondition {
  if (Buffer.byteLength(text) > limits.celBytesMax)
    throw new CelError(
      `A condition has at most ${limits.celBytesMax} bytes.`,
      limits.celBytesMax,
      'Shorten it, or split the rule in two.',
    )
  const parsed = parseCel(text)
  const reads = checkNames(parsed.expr, {
    names,
    isFunction: name => environment.funcs.find(name) !== undefined,
    nearestFunction: name => nearest(name, functionNames()),
    fail: (message, id, fix) => {
      throw new CelError(message, parsed.sourceInfo?.positions[String(id)] ?? 0, fix)
    },
  })
  const evaluate = plan(environment, parsed)
  const ask = (facts: Facts) => {
    const value = evaluate(facts)
    if (isCelError(value)) throw new ConditionFailed(text, value.message)
    return value
  }
  return {
    text,
    reads,
    test: facts => {
      const value = ask(facts)
      if (typeof value === 'boolean') return value
      throw new ConditionFailed(text, 'it is neither true nor false')
    },
    print: facts => {
      const value = ask(facts)
      return asText(value)
    },
  }
}

function parseCel(text: string): ReturnType<typeof parse> {
  try {
    return parse(text)
  } catch (thrown) {
    const place = (thrown as { location?: { start?: { offset?: number } } }).location?.start?.offset ?? 0
    throw new CelError(`This is no CEL: ${messageOf(thrown).replace(/^<input>:\d+:\d+: /, '')}.`, place)
  }
}

function asText(value: CelValue): string {
  if (value === null) return 'none'
  if (typeof value === 'object' && !isCelList(value)) return 'a value'
  return isCelList(value) ? [...value].map(asText).join(', ') : String(value)
}

const functionNames = (): string[] => [...environment.funcs].map(f => f.name).filter(name => /^[a-z]/i.test(name))

/** The instant as CEL's own timestamp. */
const timestampOf = plan(environment, parse('timestamp(text)'))
export function celTimestamp(now: Date): CelInput {
  const value = timestampOf({ text: now.toISOString() })
  if (isCelError(value)) throw new ConditionFailed('now', value.message)
  return value
}
