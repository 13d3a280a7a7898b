import { countOf, nearest } from '../base/index.ts'
import { portableFunctions, type Condition, type PortableFunction, type Value } from './condition.ts'
import { ConditionError } from './condition-error.ts'
import type { Token } from './condition-tokens.ts'
import type { TokenReader } from './token-reader.ts'

export type Operand = { readonly condition: Condition } | { readonly value: Value; readonly at: number }
type Parenthesised = (reader: TokenReader) => Operand

const argumentCounts: Readonly<Record<PortableFunction, readonly [number, number]>> = {
  lower: [1, 1],
  upper: [1, 1],
  length: [1, 1],
  trim: [1, 1],
  substring: [2, 3],
  coalesce: [1, 100],
  abs: [1, 1],
  concat: [1, 100],
}

const aggregates = ['count', 'sum', 'avg', 'min', 'max', 'any_value', 'string_agg', 'list', 'first', 'last']
const datePattern = /^\d{4}-\d{2}-\d{2}$/
const timestampPattern = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?$/

/** A value with its arithmetic, or the condition that stands in parentheses in its place. */
export function parseOperand(reader: TokenReader, parenthesised: Parenthesised): Operand {
  return arithmetic(reader, ['+', '-'], () => arithmetic(reader, ['*', '/', '%'], () => unary(reader, parenthesised)))
}

function arithmetic(
  reader: TokenReader,
  ops: readonly ('+' | '-' | '*' | '/' | '%')[],
  operand: () => Operand,
): Operand {
  let left = operand()
  for (;;) {
    const op = ops.find(o => reader.atSymbol(o))
    if (op === undefined) return left
    const lhs = onlyValue(left, reader)
    reader.expectSymbol(op)
    left = { value: { kind: 'arithmetic', op, left: lhs.value, right: onlyValue(operand(), reader).value }, at: lhs.at }
  }
}

function onlyValue(operand: Operand, reader: TokenReader): { value: Value; at: number } {
  if ('value' in operand) return operand
  throw reader.unexpected('AND, OR or the end')
}

function unary(reader: TokenReader, parenthesised: Parenthesised): Operand {
  const at = reader.peek().at
  if (reader.atSymbol('(')) return reader.nested(() => parenthesised(reader))
  if (!reader.takeSymbol('-')) return { value: primary(reader, parenthesised), at }
  if (reader.peek().kind === 'number') return { value: { kind: 'number', text: `-${reader.take().text}` }, at }
  const negated = reader.nested(() => onlyValue(unary(reader, parenthesised), reader))
  return { value: { kind: 'arithmetic', op: '-', left: { kind: 'number', text: '0' }, right: negated.value }, at }
}

function primary(reader: TokenReader, parenthesised: Parenthesised): Value {
  const token = reader.peek()
  if (token.kind === 'number') return { kind: 'number', text: reader.take().text }
  if (token.kind === 'text') return { kind: 'text', text: reader.take().text }
  if (token.kind === 'word') {
    const literal = literalOf(reader, token)
    if (literal !== undefined) return literal
    if (reader.atSymbol('(', 1)) return call(reader, parenthesised)
  }
  return reference(reader)
}

function literalOf(reader: TokenReader, token: Token): Value | undefined {
  const word = token.text.toLowerCase()
  if (word === 'true' || word === 'false') {
    reader.take()
    return { kind: 'boolean', value: word === 'true' }
  }
  if (word === 'null') {
    reader.take()
    return { kind: 'null' }
  }
  if ((word !== 'date' && word !== 'timestamp') || reader.peek(1).kind !== 'text') return undefined
  reader.take()
  const text = reader.take()
  const wanted = word === 'date' ? datePattern : timestampPattern
  if (!wanted.test(text.text) || !isTime(text.text))
    throw new ConditionError(
      `'${text.text}' is no ${word}.`,
      text.at,
      word === 'date'
        ? "Write it as ISO 8601 does: DATE '2001-02-28'"
        : "Write it as ISO 8601 does: TIMESTAMP '2001-02-28 10:15:00'",
    )
  return { kind: word, text: text.text }
}

/** `Date` moves 30 February into March, so the day is compared. */
function isTime(text: string): boolean {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`)
  return day.toString() !== 'Invalid Date' && day.toISOString().startsWith(text.slice(0, 10)) && isClock(text.slice(11))
}

const isClock = (text: string): boolean => text === '' || /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?/.test(text)

function call(reader: TokenReader, parenthesised: Parenthesised): Value {
  const token = reader.take()
  const name = token.text.toLowerCase()
  const known = portableFunctions.find(f => f === name)
  if (known === undefined) throw unknownFunction(name, token.at)
  reader.expectSymbol('(')
  const list: Value[] = []
  while (!reader.atSymbol(')')) {
    if (list.length > 0) reader.expectSymbol(',')
    list.push(reader.nested(() => onlyValue(parseOperand(reader, parenthesised), reader).value))
  }
  reader.expectSymbol(')')
  if (reader.atWord('over')) throw reader.unexpected('a comparison')
  const [least, most] = argumentCounts[known]
  if (list.length < least || list.length > most)
    throw new ConditionError(
      `${known} takes ${least === most ? countOf(least, 'value') : `${least} to ${most} values`}.`,
      token.at,
      'Give it as many.',
    )
  return { kind: 'call', name: known, arguments: list }
}

function unknownFunction(name: string, at: number): ConditionError {
  if (aggregates.includes(name)) {
    const why = `Aggregates like ${name}() are not in the portable subset: a filter sees one row.`
    return new ConditionError(why, at, 'Compare columns of the row.')
  }
  const meant = nearest(name, portableFunctions)
  const hint = meant === undefined ? `It has ${portableFunctions.join(', ')}.` : `Did you mean ${meant}?`
  return new ConditionError(`The function ${name} is not in the portable subset.`, at, hint)
}

function reference(reader: TokenReader): Value {
  const first = reader.peek()
  const path = [reader.name()]
  while (reader.takeSymbol('.')) path.push(reader.name())
  const word = first.kind === 'word' ? first.text.toLowerCase() : ''
  if (word === 'principal') {
    const [, attribute, ...rest] = path
    if (attribute === undefined || rest.length > 0)
      throw new ConditionError('principal is followed by one attribute.', first.at, 'Name one: principal.ATTRIBUTE')
    return { kind: 'attribute', name: attribute }
  }
  if (word === 'row' && path.length > 1 && reader.inExists) return { kind: 'row-column', path: path.slice(1) }
  return { kind: 'column', path }
}
