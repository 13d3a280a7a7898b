import { foldAscii, type Column, type ContractTable } from '../mesh/index.ts'
import type { Change } from './change.ts'
import { compareOptions } from './compare-options.ts'
import { isWidening } from './widening.ts'

/** What happened to the columns of a table, nested ones included. */
export function compareColumns(before: ContractTable, after: ContractTable): Change[] {
  const changes = compareLevel(after.name, '', before.columns, after.columns)
  return [...changes, ...compareKeys(before, after), ...compareOrder(before, after)]
}

function compareLevel(table: string, prefix: string, before: readonly Column[], after: readonly Column[]): Change[] {
  const [old, now] = [byName(before), byName(after)]
  const added = after.filter(column => !old.has(foldAscii(column.name)))
  const changes: Change[] = []
  for (const column of before) {
    const next = now.get(foldAscii(column.name))
    if (next === undefined) changes.push(removed(table, prefix, column, added))
    else changes.push(...compareColumn(table, prefix + next.name, column, next))
  }
  for (const column of added) {
    const path = prefix + column.name
    const message = `${table}.${path} (${column.type}) is new.`
    changes.push({ table, column: path, kind: 'column-added', weight: 'safe', message })
  }
  return changes
}

const byName = (columns: readonly Column[]) => new Map(columns.map(column => [foldAscii(column.name), column]))

function removed(table: string, prefix: string, column: Column, added: readonly Column[]): Change {
  const twins = added.filter(other => other.type === column.type && other.logicalType === column.logicalType)
  const hint = twins.length === 1 ? ` It may have become ${prefix}${twins[0]!.name}: a rename breaks queries too.` : ''
  const path = prefix + column.name
  const message = `${table}.${path} is gone.${hint}`
  return { table, column: path, kind: 'column-removed', weight: 'breaking', message }
}

function compareColumn(table: string, path: string, before: Column, after: Column): Change[] {
  const name = `${table}.${path}`
  const changes: Change[] = []
  const say = (kind: string, weight: Change['weight'], message: string) =>
    changes.push({ table, column: path, kind, weight, message })

  if (before.name !== after.name) say('column-respelled', 'safe', `${name} was written ${before.name} before.`)
  if (before.fields !== undefined && after.fields !== undefined) {
    changes.push(...compareLevel(table, `${path}.`, before.fields, after.fields))
  } else if (before.element !== undefined && after.element !== undefined) {
    changes.push(...compareColumn(table, `${path}[]`, before.element, after.element))
  } else if (before.type !== after.type) {
    if (isWidening(before.type, after.type)) {
      say('type-widened', 'risky', `${name} was widened from ${before.type} to ${after.type}.`)
    } else say('type-changed', 'breaking', `${name} changed its type from ${before.type} to ${after.type}.`)
  }
  if (before.required && !after.required) say('required-dropped', 'breaking', `${name} may now be null.`)
  if (!before.required && after.required) say('required-added', 'safe', `${name} is never null any more.`)
  if (before.unique && !after.unique) say('unique-dropped', 'breaking', `Values of ${name} may now repeat.`)
  if (!before.unique && after.unique) say('unique-added', 'safe', `Values of ${name} no longer repeat.`)
  if (before.class !== after.class) {
    const [from, to] = [before.class ?? 'no class', after.class ?? 'no class']
    say('class-changed', 'risky', `${name} changed its class from ${from} to ${to}; masks and access may change.`)
  }
  if (before.identifier !== after.identifier) {
    const [from, to] = [before.identifier ?? 'none', after.identifier ?? 'none']
    say('identifier-changed', 'risky', `${name} changed its shared identifier from ${from} to ${to}.`)
  }
  if (before.description !== after.description || before.title !== after.title) {
    say('description-changed', 'safe', `The description of ${name} changed.`)
  }
  return [...changes, ...compareOptions(table, path, before.options, after.options)]
}

function compareKeys(before: ContractTable, after: ContractTable): Change[] {
  const [old, now] = [keyOf(before), keyOf(after)]
  if (old.join() === now.join()) return []
  const table = after.name
  if (old.length === 0) {
    return [{ table, kind: 'key-added', weight: 'safe', message: `${table} has a primary key now: ${now.join(', ')}.` }]
  }
  const to = now.length === 0 ? 'none' : now.join(', ')
  const message = `The primary key of ${table} changed from ${old.join(', ')} to ${to}: joins on it may repeat rows.`
  return [{ table, kind: 'key-changed', weight: 'breaking', message }]
}

const keyOf = (table: ContractTable): readonly string[] =>
  table.columns
    .filter(column => column.keyPosition !== undefined)
    .map(column => foldAscii(column.name))
    .sort()

/** Only where the same columns come in another order: `select *` shows it, names do not. */
function compareOrder(before: ContractTable, after: ContractTable): Change[] {
  const [old, now] = [before, after].map(table => table.columns.map(column => foldAscii(column.name)))
  const common = (names: readonly string[], others: readonly string[]) =>
    names.filter(name => others.includes(name)).join()
  if (common(old!, now!) === common(now!, old!)) return []
  const message = `The columns of ${after.name} come in another order.`
  return [{ table: after.name, kind: 'columns-reordered', weight: 'safe', message }]
}
