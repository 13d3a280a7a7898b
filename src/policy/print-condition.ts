import { quoteName, quoteText } from '../base/index.ts'
import type { Condition, Value } from './condition.ts'

/** The condition as text that parses to the same tree: every name quoted, every part in parentheses. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'always':
      return 'TRUE'
    case 'never':
      return 'FALSE'
    case 'and':
    case 'or':
      return condition.parts.map(inner).join(` ${condition.kind.toUpperCase()} `)
    case 'not':
      return `NOT ${inner(condition.part)}`
    case 'compare':
      return `${printValue(condition.left)} ${condition.op} ${printValue(condition.right)}`
    case 'between':
      return `${printValue(condition.value)} BETWEEN ${printValue(condition.low)} AND ${printValue(condition.high)}`
    case 'in':
      return `${printValue(condition.value)} IN (${condition.list.map(printValue).join(', ')})`
    case 'like':
      return `${printValue(condition.value)} LIKE ${quoteText(condition.pattern)}`
    case 'is-null':
      return `${printValue(condition.value)} IS NULL`
    case 'true':
      return printValue(condition.value)
    case 'exists':
      return `EXISTS IN ${quoteName(condition.schema)}.${quoteName(condition.table)} WHERE ${printCondition(condition.where)}`
  }
}

const inner = (condition: Condition): string => `(${printCondition(condition)})`

export function printValue(value: Value): string {
  switch (value.kind) {
    case 'column':
      return value.path.map(quoteName).join('.')
    case 'row-column':
      return `row.${value.path.map(quoteName).join('.')}`
    case 'attribute':
      return `principal.${quoteName(value.name)}`
    case 'text':
      return quoteText(value.text)
    case 'number':
      return value.text
    case 'boolean':
      return value.value ? 'TRUE' : 'FALSE'
    case 'date':
    case 'timestamp':
      return `${value.kind.toUpperCase()} ${quoteText(value.text)}`
    case 'null':
      return 'NULL'
    case 'arithmetic':
      return `(${printValue(value.left)} ${value.op} ${printValue(value.right)})`
    case 'call':
      return `${value.name}(${value.arguments.map(printValue).join(', ')})`
  }
}
