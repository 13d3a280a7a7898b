import type { Condition, Value } from './condition.ts'
import { ConditionError } from './condition-error.ts'
import { parseOperand } from './parse-value.ts'
import { TokenReader } from './token-reader.ts'
import { tokens } from './condition-tokens.ts'

/** Longest text of a condition, in UTF-16 units. */
const conditionLengthMax = 4_000

/**
 * The tree of a condition of the portable subset: comparisons, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL, arithmetic, the
 * listed functions, literals, `principal.<attribute>` and `exists in <table> where …`. Throws ConditionError with the
 * place of what is not in it.
 */
export function parseCondition(text: string): Condition {
  if (text.length > conditionLengthMax)
    throw new ConditionError(`A condition has at most ${conditionLengthMax} characters.`, conditionLengthMax)
  const reader = new TokenReader(tokens(text))
  const condition = asCondition(parseOr(reader), reader)
  if (reader.peek().kind !== 'end') throw reader.unexpected('the end of the condition')
  return condition
}

/** What stands between parentheses may be either; its use tells which. */
type Either = { readonly condition: Condition } | { readonly value: Value; readonly at: number }

function parseOr(reader: TokenReader): Either {
  return reader.nested(() => chain(reader, 'or', parseAnd))
}

const parseAnd = (reader: TokenReader): Either => chain(reader, 'and', parseNot)

function chain(reader: TokenReader, kind: 'and' | 'or', operand: (reader: TokenReader) => Either): Either {
  const first = operand(reader)
  if (!reader.atWord(kind)) return first
  const parts = [asCondition(first, reader)]
  while (reader.takeWord(kind)) parts.push(asCondition(operand(reader), reader))
  return { condition: { kind, parts } }
}

function parseNot(reader: TokenReader): Either {
  if (!reader.takeWord('not')) return parsePredicate(reader)
  return {
    condition: {
      kind: 'not',
      part: asCondition(
        reader.nested(() => parseNot(reader)),
        reader,
      ),
    },
  }
}

function parsePredicate(reader: TokenReader): Either {
  if (reader.atWord('exists')) return { condition: parseExists(reader) }
  const at = reader.peek().at
  const operand = parseOperand(reader, parseParenthesised)
  if ('condition' in operand) return operand
  const left = operand.value
  const op = reader.takeComparison()
  if (op !== undefined) {
    const right = valueOf(reader)
    if (left.kind === 'null' || right.kind === 'null')
      throw new ConditionError('Nothing equals NULL.', at, 'Write IS NULL or IS NOT NULL.')
    return { condition: { kind: 'compare', op, left, right } }
  }
  if (reader.takeWord('is')) {
    const negated = reader.takeWord('not')
    reader.expectWord('null')
    return { condition: negate(negated, { kind: 'is-null', value: left }) }
  }
  const negated = reader.atWord('not') && reader.takeWord('not')
  const rest = parseRest(reader, left)
  if (rest !== undefined) return { condition: negate(negated, rest) }
  if (negated) throw reader.unexpected('IN, BETWEEN or LIKE')
  return { value: left, at }
}

function parseRest(reader: TokenReader, value: Value): Condition | undefined {
  if (reader.takeWord('in')) return { kind: 'in', value, list: parseList(reader) }
  if (reader.takeWord('between')) {
    const low = valueOf(reader)
    reader.expectWord('and')
    return { kind: 'between', value, low, high: valueOf(reader) }
  }
  if (reader.takeWord('like')) {
    const pattern = reader.take()
    if (pattern.kind !== 'text') throw new ConditionError('The pattern of LIKE is a text literal.', pattern.at)
    if (reader.atWord('escape')) throw reader.unexpected('a pattern without ESCAPE')
    return { kind: 'like', value, pattern: pattern.text }
  }
  return undefined
}

function parseList(reader: TokenReader): readonly Value[] {
  if (!reader.atSymbol('(')) {
    const only = valueOf(reader)
    if (only.kind === 'attribute') return [only]
    throw reader.unexpected('a list in parentheses or one attribute')
  }
  reader.expectSymbol('(')
  const list = [valueOf(reader)]
  while (reader.takeSymbol(',')) list.push(valueOf(reader))
  reader.expectSymbol(')')
  return list
}

function parseExists(reader: TokenReader): Condition {
  const start = reader.take()
  if (reader.atSymbol('('))
    throw new ConditionError(
      'Subqueries are not in the portable subset.',
      start.at,
      'Write: exists in DOMAIN.TABLE where …',
    )
  if (reader.inExists) throw new ConditionError('An entitlement table cannot be looked up inside another.', start.at)
  reader.expectWord('in')
  const schema = reader.name()
  reader.expectSymbol('.')
  const table = reader.name()
  reader.expectWord('where')
  const where = reader.insideExists(() => asCondition(parseOr(reader), reader))
  return { kind: 'exists', schema, table, where }
}

function parseParenthesised(reader: TokenReader): Either {
  reader.expectSymbol('(')
  const inner = parseOr(reader)
  reader.expectSymbol(')')
  return inner
}

function valueOf(reader: TokenReader): Value {
  const at = reader.peek().at
  const operand = parseOperand(reader, parseParenthesised)
  if ('value' in operand) return operand.value
  throw new ConditionError('A value is expected here, and this is a condition.', at)
}

/** A value alone is a condition where it may be true or false. */
function asCondition(parsed: Either, reader: TokenReader): Condition {
  if ('condition' in parsed) return parsed.condition
  const { value, at } = parsed
  if (value.kind === 'boolean') return { kind: value.value ? 'always' : 'never' }
  if (value.kind === 'column' || value.kind === 'row-column' || value.kind === 'attribute')
    return { kind: 'true', value }
  if (value.kind === 'call' && value.name === 'coalesce') return { kind: 'true', value }
  if (reader.peek().kind === 'end' || reader.atSymbol(')') || reader.atWord('and') || reader.atWord('or'))
    throw new ConditionError('This is a value and not a condition.', at, 'Compare it with something.')
  throw reader.unexpected('a comparison')
}

const negate = (negated: boolean, part: Condition): Condition => (negated ? { kind: 'not', part } : part)
