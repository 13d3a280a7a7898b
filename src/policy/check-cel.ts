import { parse } from '@bufbuild/cel'
import { nearest } from '../base/index.ts'
import type { Names } from './cel-names.ts'

export type Expr = ReturnType<typeof parse>['expr']

export interface NameCheck {
  readonly names: Names
  readonly isFunction: (name: string) => boolean
  readonly nearestFunction: (name: string) => string | undefined
  /** Throws, with the place of an expression. */
  readonly fail: (message: string, id: bigint, fix: string) => never
}

/** The evaluator has no limit of cost: loops over lists nest at most so deep. */
const loopDepthMax = 2

const typeNames = ['int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'null_type', 'type']
/** Calls that the planner itself knows; all others are looked up. */
const operators = ['_&&_', '_||_', '_?_:_', '_[_]', '@not_strictly_false', '__not_strictly_false__']

/** Refuses unknown names and functions, and gives the names that the expression reads. Rewrites `purpose.id` to `purpose`. */
export function checkNames(root: Expr, check: NameCheck): ReadonlySet<string> {
  const reads = new Set<string>()
  walk(root, new Set(), 0)
  return reads

  function walk(expr: Expr, scope: ReadonlySet<string>, loops: number): void {
    const { exprKind: kind } = expr
    const all = (...inside: readonly (Expr | undefined)[]): void => {
      for (const one of inside) if (one !== undefined) walk(one, scope, loops)
    }
    switch (kind.case) {
      case 'constExpr':
        return
      case 'identExpr':
        return useName(kind.value.name, expr.id, scope)
      case 'selectExpr':
        return select(expr, scope, loops)
      case 'callExpr':
        if (!operators.includes(kind.value.function) && !check.isFunction(kind.value.function))
          unknownFunction(kind.value.function, expr.id)
        return all(kind.value.target, ...kind.value.args)
      case 'listExpr':
        return all(...kind.value.elements)
      case 'structExpr':
        if (kind.value.messageName !== '')
          return check.fail(`There is no type ${kind.value.messageName}.`, expr.id, 'Write a map: {name: value}.')
        for (const entry of kind.value.entries)
          all(entry.keyKind.case === 'mapKey' ? entry.keyKind.value : undefined, entry.value)
        return
      case 'comprehensionExpr': {
        const loop = kind.value
        if (loops >= loopDepthMax)
          return check.fail(`Loops nest at most ${loopDepthMax} deep.`, expr.id, 'Take the innermost loop out.')
        all(loop.iterRange, loop.accuInit)
        const inside = new Set([...scope, loop.accuVar, loop.iterVar])
        for (const part of [loop.loopCondition, loop.loopStep, loop.result])
          if (part !== undefined) walk(part, inside, loops + 1)
        return
      }
      default:
        return check.fail('This expression is not understood.', expr.id, 'Leave it out.')
    }
  }

  function select(expr: Expr, scope: ReadonlySet<string>, loops: number): void {
    if (expr.exprKind.case !== 'selectExpr') return
    const { operand, field, testOnly } = expr.exprKind.value
    if (operand === undefined) return
    walk(operand, scope, loops)
    if (operand.exprKind.case !== 'identExpr' || scope.has(operand.exprKind.value.name)) return
    const { name } = operand.exprKind.value
    const fields = check.names[name]
    if (fields !== undefined && fields !== true && !fields.includes(field)) {
      const meant = nearest(field, fields)
      const hint = meant === undefined ? `It has ${fields.join(', ')}.` : `Did you mean ${name}.${meant}?`
      check.fail(`${name} has no ${field} here.`, expr.id, hint)
    }
    // A purpose is its text, so `purpose.id` is the same thing as `purpose`.
    if (name === 'purpose' && !testOnly) expr.exprKind = operand.exprKind
  }

  function useName(name: string, id: bigint, scope: ReadonlySet<string>): void {
    if (scope.has(name)) return
    if (Object.hasOwn(check.names, name)) {
      reads.add(name)
      return
    }
    if (typeNames.includes(name)) return
    const known = Object.keys(check.names)
    const meant = nearest(name, known)
    const hint = meant === undefined ? `The names here are ${known.join(', ')}.` : `Did you mean ${meant}?`
    check.fail(`There is no ${name} here.`, id, hint)
  }

  function unknownFunction(name: string, id: bigint): void {
    const meant = check.nearestFunction(name)
    check.fail(
      `There is no function ${name}.`,
      id,
      meant === undefined ? 'Write a function of CEL, such as startsWith, matches or size.' : `Did you mean ${meant}?`,
    )
  }
}
