import type { MeshError } from '../../base/index.ts'
import { foldAscii } from '../../mesh/index.ts'
import { functionNotFound } from '../errors/function-not-found.ts'
import { callsByName, denialOf, isAllowed, needsLambda } from '../functions/index.ts'
import type { Tree } from '../tree.ts'
import { isNode, listOf, locationOf, textOf, type Node } from '../tree-access.ts'
import { unsupported } from './unsupported.ts'

/**
 * Checks one call by the function's name, whatever its qualifier: `x.y.lower()` parses as catalogue, schema and
 * function. Gives the name in lower case; a name that no list knows is left to the binder to report.
 */
export function checkFunction(call: Node, kind: 'scalar' | 'window' | 'table'): string {
  const name = foldAscii(textOf(call, 'function_name'))
  const allowed = kind === 'scalar' ? isAllowed.call(name) : isAllowed[kind](name)
  if (!allowed) throw refusalOf(name, kind, call)
  const qualifier = foldAscii(textOf(call, 'schema'))
  if (foldAscii(textOf(call, 'catalog')) !== '' || !['', 'main'].includes(qualifier)) {
    throw unsupported(`the qualified function ${textOf(call, 'function_name')}`, call, 'Call it by its bare name.')
  }
  const second = listOf(call, 'children')[1]
  if (callsByName.has(name)) checkNamedAggregate(name, second, call)
  if (needsLambda.has(name) && !(isNode(second) && textOf(second, 'class') === 'LAMBDA')) {
    throw unsupported(`${name} without a lambda`, call)
  }
  return name
}

function refusalOf(name: string, kind: 'scalar' | 'window' | 'table', call: Node): MeshError {
  const reason = denialOf(name, kind === 'table' ? 'table' : 'scalar')
  const location = locationOf(call)
  const context = location === undefined ? {} : { location }
  if (reason !== undefined) return unsupported(`the function ${name}`, call, reason)
  return functionNotFound(textOf(call, 'function_name'), context)
}

function checkNamedAggregate(name: string, aggregate: Tree | undefined, call: Node): void {
  const held = isNode(aggregate) && textOf(aggregate, 'class') === 'CONSTANT' ? aggregate['value'] : undefined
  const wanted = isNode(held) ? foldAscii(textOf(held, 'value')) : ''
  if (!isAllowed.aggregate(wanted)) {
    throw unsupported(`${name} over ${wanted === '' ? 'an aggregate that is not a constant' : wanted}`, call)
  }
}
