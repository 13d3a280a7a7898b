import { foldAscii } from '../../mesh/index.ts'
import { Num, type Tree } from '../tree.ts'
import { isList, isNode, listOf, locationOf, nodeOf, textOf, type Node } from '../tree-access.ts'
import { checkFunction } from './check-function.ts'
import {
  collations,
  expressions,
  modifiers,
  queryNodes,
  sampleShape,
  tableRefs,
  typeIds,
  typeInfos,
  type Part,
  type Shape,
} from './grammar.ts'
import { unsupported } from './unsupported.ts'

/** A table as the statement names it: everything that is no common table of the statement's own. */
export interface TableReference {
  readonly catalog: string
  /** Empty where the name is unqualified. */
  readonly schema: string
  readonly name: string
  readonly alias: string
  /** Offset in the statement, in UTF-8 bytes. */
  readonly location: number | undefined
  readonly pin?: { readonly unit: string; readonly expression: Tree }
}

export interface Walk {
  readonly tables: readonly TableReference[]
  /** Identifiers of the parameters: numbers for `?` and `$1`. */
  readonly parameters: ReadonlySet<string>
  /** Every name by which a column may be meant, in lower case. */
  readonly names: ReadonlySet<string>
  /** The last part of every reference: where it is the name of a table, its whole rows are meant. */
  readonly lastNames: ReadonlySet<string>
  /** Names that the statement gives itself to tables and columns, in lower case. */
  readonly aliases: ReadonlySet<string>
  /** The statement may use columns that it does not name: stars, NATURAL, PIVOT, column aliases. */
  readonly usesAllColumns: boolean
  /** Functions that are called, in lower case. */
  readonly functions: ReadonlySet<string>
  readonly samples: boolean
}

/**
 * Walks one statement with an allow-list of node kinds, their members, types and functions: what is on no list throws
 * `sql.unsupported`, by name. What names mean is decided later; here it is only found which of them are tables.
 */
export function walkStatement(statement: Tree): Walk {
  const tables: TableReference[] = []
  const parameters = new Set<string>()
  const names = new Set<string>()
  const lastNames = new Set<string>()
  const aliases = new Set<string>()
  const functions = new Set<string>()
  let usesAllColumns = false
  let samples = false

  query(statement, new Set())
  return { tables, parameters, names, lastNames, aliases, usesAllColumns, functions, samples }

  /** A statement or subquery: `{node, named_param_map}`. */
  function query(tree: Tree, scope: Scope): void {
    const outer = nodeOf(tree, 'a statement')
    for (const field of Object.keys(outer)) {
      if (field !== 'node' && field !== 'named_param_map') throw unsupported(`the member ${field} of a statement`)
    }
    queryNode(outer['node'] ?? null, scope)
  }

  function queryNode(tree: Tree, scope: Scope): void {
    const node = nodeOf(tree, 'a query')
    const shape = shapeOf(queryNodes, textOf(node, 'type'), node)
    const inner = commonTables(node, scope)
    members(node, shape, inner)
  }

  /** The scope within a query: its common tables, each of which sees those before it. */
  function commonTables(node: Node, scope: Scope): Scope {
    let inner = scope
    if (textOf(node, 'type') === 'RECURSIVE_CTE_NODE') inner = withName(inner, textOf(node, 'cte_name'), true)
    const map = node['cte_map']
    if (!isNode(map)) throw unsupported('a WITH clause of this form', node)
    for (const field of Object.keys(map)) if (field !== 'map') throw unsupported(`the member ${field} of WITH`, node)
    for (const entry of listOf(map, 'map')) {
      const { key, value, ...rest } = nodeOf(entry, 'a common table')
      if (typeof key !== 'string' || !isNode(value) || Object.keys(rest).length > 0) {
        throw unsupported('a WITH clause of this form', node)
      }
      if (/[/\\:*?[\]{}.]/.test(key)) throw unsupported(`a WITH name like "${key}", which could mean a file`, node)
      for (const field of Object.keys(value)) {
        if (!['aliases', 'query', 'materialized', 'key_targets'].includes(field)) {
          throw unsupported(`the member ${field} of WITH`, node)
        }
      }
      part(value['aliases'] ?? null, 'names', inner, node)
      for (const alias of listOf(value, 'aliases')) if (typeof alias === 'string') aliases.add(foldAscii(alias))
      part(value['key_targets'] ?? [], 'expressions', inner, node)
      query(value['query'] ?? null, inner)
      inner = withName(inner, key, false)
    }
    return inner
  }

  function tableRef(tree: Tree, scope: Scope): void {
    const node = nodeOf(tree, 'a table')
    const kind = textOf(node, 'type')
    if (kind === 'SHOW_REF') {
      throw unsupported(textOf(node, 'show_type') === 'SUMMARY' ? 'SUMMARIZE' : 'DESCRIBE and SHOW', node)
    }
    const shape = shapeOf(tableRefs, kind, node)
    noteAlias(node)
    if (listOf(node, 'column_name_alias').length > 0) usesAllColumns = true
    if (kind === 'BASE_TABLE') baseTable(node, scope)
    if (kind === 'PIVOT') usesAllColumns = true
    if (kind === 'JOIN' && ['NATURAL', 'POSITIONAL'].includes(textOf(node, 'ref_type'))) usesAllColumns = true
    if (kind === 'TABLE_FUNCTION') {
      const call = nodeOf(node['function'], 'a table function')
      if (textOf(call, 'class') !== 'FUNCTION') throw unsupported('a table function of this form', node)
      members(node, shape, scope, ['function'])
      functions.add(checkFunction(call, 'table'))
      members(call, expressions['FUNCTION']!, scope)
      return
    }
    members(node, shape, scope)
  }

  function baseTable(node: Node, scope: Scope): void {
    const [catalog, schema, name] = [
      textOf(node, 'catalog_name'),
      textOf(node, 'schema_name'),
      textOf(node, 'table_name'),
    ]
    const pin = node['at_clause']
    aliases.add(foldAscii(name))
    const common =
      catalog === '' && schema === '' ? scope.has(foldAscii(name)) : isRecurring(scope, catalog, schema, name)
    if (common) {
      if (isNode(pin)) throw unsupported('AT behind a common table', node)
      return
    }
    tables.push({
      catalog,
      schema,
      name,
      alias: textOf(node, 'alias'),
      location: locationOf(node),
      ...(isNode(pin) ? { pin: { unit: textOf(pin, 'unit'), expression: pin['expr'] ?? null } } : {}),
    })
  }

  function expression(tree: Tree, scope: Scope): void {
    const node = nodeOf(tree, 'an expression')
    const kind = textOf(node, 'class')
    const shape = shapeOf(expressions, kind, node)
    noteAlias(node)
    if (kind === 'FUNCTION') functions.add(checkFunction(node, 'scalar'))
    if (kind === 'WINDOW') functions.add(checkFunction(node, 'window'))
    if (kind === 'STAR') usesAllColumns = true
    if (kind === 'COLUMN_REF') {
      const last = listOf(node, 'column_names').at(-1)
      if (typeof last === 'string') lastNames.add(foldAscii(last))
    }
    if (kind === 'PARAMETER') parameters.add(textOf(node, 'identifier'))
    if (kind === 'COLLATE') {
      const wanted = foldAscii(textOf(node, 'collation')).split('.')
      const unknown = wanted.find(each => !collations.has(each))
      if (unknown !== undefined) throw unsupported(`the collation ${unknown}`, node)
    }
    members(node, shape, scope)
  }

  function members(node: Node, shape: Shape, scope: Scope, done: readonly string[] = []): void {
    for (const [field, value] of Object.entries(node)) {
      const held = Object.hasOwn(shape, field) ? shape[field] : undefined
      if (held === undefined) {
        throw unsupported(`the member ${field} of ${textOf(node, 'class') || textOf(node, 'type') || 'a node'}`, node)
      }
      if (!done.includes(field)) part(value, held, scope, node, field)
    }
  }

  function part(value: Tree, held: Part, scope: Scope, node: Node, field = ''): void {
    switch (held) {
      case 'plain':
        if (field !== 'group_sets' && (isNode(value) || isList(value))) throw oddMember(node, field)
        return
      case 'nothing':
        if (value !== null && value !== false && value !== '' && !(isList(value) && value.length === 0)) {
          throw oddMember(node, field)
        }
        return
      case 'expression':
        expression(value, scope)
        return
      case 'expression?':
        if (value !== null) expression(value, scope)
        return
      case 'expressions':
        for (const each of items(value, node, field)) expression(each, scope)
        return
      case 'table':
        tableRef(value, scope)
        return
      case 'query':
        query(value, scope)
        return
      case 'query?':
        if (value !== null) query(value, scope)
        return
      case 'node':
        queryNode(value, scope)
        return
      case 'modifiers':
        for (const each of items(value, node, field)) modifier(each, scope)
        return
      case 'modifier':
        modifier(value, scope)
        return
      case 'orders':
        for (const each of items(value, node, field)) order(each, scope)
        return
      case 'type':
        type(value, scope, node)
        return
      case 'types':
        for (const each of items(value, node, field)) type(each, scope, node)
        return
      case 'typeInfo?':
        if (value !== null) {
          const info = nodeOf(value, 'a type')
          members(info, shapeOf(typeInfos, textOf(info, 'type'), node), scope)
        }
        return
      case 'fields':
        for (const each of items(value, node, field)) {
          const { first, second, ...rest } = nodeOf(each, 'a field')
          if (typeof first !== 'string' || Object.keys(rest).length > 0) throw oddMember(node, field)
          type(second ?? null, scope, node)
        }
        return
      case 'constant':
        constant(value, scope, node)
        return
      case 'names':
        for (const each of items(value, node, field)) {
          if (typeof each !== 'string') throw oddMember(node, field)
          names.add(foldAscii(each))
        }
        return
      case 'common-tables':
        return // walked before, since they make the scope
      case 'cases':
        for (const each of items(value, node, field)) {
          const { when_expr, then_expr, ...rest } = nodeOf(each, 'a case')
          if (Object.keys(rest).length > 0) throw oddMember(node, field)
          expression(when_expr ?? null, scope)
          expression(then_expr ?? null, scope)
        }
        return
      case 'sample?':
        if (value !== null) {
          samples = true
          members(nodeOf(value, 'a sample'), sampleShape, scope)
        }
        return
      case 'pin?':
        if (value !== null) pin(nodeOf(value, 'AT'), scope)
        return
      case 'pivots':
        for (const each of items(value, node, field)) pivot(nodeOf(each, 'a pivot'), scope)
        return
      case 'rows':
        for (const row of items(value, node, field)) {
          for (const each of items(row, node, field)) expression(each, scope)
        }
        return
      case 'named-expressions':
        for (const each of items(value, node, field)) {
          const { key, value: inner, ...rest } = nodeOf(each, 'a REPLACE')
          if (typeof key !== 'string' || Object.keys(rest).length > 0) throw oddMember(node, field)
          expression(inner ?? null, scope)
        }
        return
      case 'renames':
        for (const each of items(value, node, field)) {
          const { key, value: to, ...rest } = nodeOf(each, 'a RENAME')
          if (!isNode(key) || typeof to !== 'string' || Object.keys(rest).length > 0) throw oddMember(node, field)
          aliases.add(foldAscii(to))
        }
        return
      case 'qualified-names':
        for (const each of items(value, node, field)) {
          for (const name of Object.values(nodeOf(each, 'a name'))) {
            if (typeof name !== 'string') throw oddMember(node, field)
          }
        }
        return
      default:
        if (typeof value !== 'string' || !held.includes(value)) {
          throw unsupported(typeof value === 'string' ? value : `the member ${field}`, node)
        }
    }
  }

  function modifier(tree: Tree, scope: Scope): void {
    const node = nodeOf(tree, 'a modifier')
    members(node, shapeOf(modifiers, textOf(node, 'type'), node), scope)
  }

  function order(tree: Tree, scope: Scope): void {
    const node = nodeOf(tree, 'an order')
    members(node, { type: 'plain', null_order: 'plain', expression: 'expression' }, scope)
  }

  function type(tree: Tree, scope: Scope, at: Node): void {
    const node = nodeOf(tree, 'a type')
    const id = textOf(node, 'id')
    if (!typeIds.has(id)) throw unsupported(`the type ${id}`, at)
    const info = node['type_info']
    if (isNode(info) && textOf(info, 'type') === 'UNBOUND_TYPE_INFO' && foldAscii(textOf(info, 'name')) !== 'json') {
      throw unsupported(`the type ${textOf(info, 'name')}`, at)
    }
    if (isNode(info) && textOf(info, 'type') === 'GENERIC_TYPE_INFO') {
      throw unsupported(`the type ${textOf(info, 'alias')}`, at)
    }
    members(node, { id: 'plain', type_info: 'typeInfo?' }, scope)
  }

  /** The value itself is data, whatever it looks like. */
  function constant(tree: Tree, scope: Scope, at: Node): void {
    const node = nodeOf(tree, 'a constant')
    for (const field of Object.keys(node)) {
      if (field !== 'type' && field !== 'is_null' && field !== 'value') {
        throw unsupported(`the member ${field} of a constant`, at)
      }
    }
    type(node['type'] ?? null, scope, at)
  }

  function pin(node: Node, scope: Scope): void {
    members(node, { unit: ['VERSION', 'TIMESTAMP'], expr: 'expression' }, scope)
  }

  function pivot(node: Node, scope: Scope): void {
    members(
      node,
      { pivot_expressions: 'expressions', unpivot_names: 'names', entries: 'plain', pivot_enum: 'nothing' },
      scope,
      ['entries'],
    )
    for (const entry of listOf(node, 'entries')) {
      const { values, star_expr, alias, ...rest } = nodeOf(entry, 'an entry of PIVOT')
      if (Object.keys(rest).length > 0) throw unsupported('a PIVOT of this form', node)
      if (typeof alias === 'string' && alias !== '') aliases.add(foldAscii(alias))
      for (const value of isList(values) ? values : []) constant(value, scope, node)
      if (star_expr !== null && star_expr !== undefined) expression(star_expr, scope)
    }
  }

  function noteAlias(node: Node): void {
    const alias = textOf(node, 'alias')
    if (alias !== '') aliases.add(foldAscii(alias))
    for (const each of listOf(node, 'column_name_alias')) if (typeof each === 'string') aliases.add(foldAscii(each))
  }
}

/** Common tables in reach, folded; those of a recursion also as `recurring.name`. */
type Scope = ReadonlySet<string>

const withName = (scope: Scope, name: string, recursive: boolean): Scope =>
  new Set([...scope, foldAscii(name), ...(recursive ? [`recurring.${foldAscii(name)}`] : [])])

const isRecurring = (scope: Scope, catalog: string, schema: string, name: string): boolean =>
  catalog === '' && foldAscii(schema) === 'recurring' && scope.has(`recurring.${foldAscii(name)}`)

function shapeOf(shapes: Readonly<Record<string, Shape>>, kind: string, node: Node): Shape {
  if (!Object.hasOwn(shapes, kind)) throw unsupported(kind === '' ? 'this construct' : kind, node)
  return shapes[kind]!
}

function items(value: Tree, node: Node, field: string): readonly Tree[] {
  if (!isList(value)) throw oddMember(node, field)
  return value
}

const oddMember = (node: Node, field: string) =>
  unsupported(`the member ${field} of ${textOf(node, 'class') || textOf(node, 'type') || 'a node'} as it is here`, node)

/** Whether a tree is a constant, casts of constants included: what AT may hold. */
export function constantOf(tree: Tree): string | undefined {
  if (!isNode(tree)) return undefined
  if (textOf(tree, 'class') === 'CAST') return constantOf(tree['child'] ?? null)
  if (textOf(tree, 'class') !== 'CONSTANT') return undefined
  const held = tree['value']
  if (!isNode(held) || held['is_null'] === true) return undefined
  const value = held['value']
  if (value instanceof Num) return value.text
  return typeof value === 'string' ? value : undefined
}
