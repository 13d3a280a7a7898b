import { columnsNow, foldAscii, type Column, type MeshState, type Policy, type Principal } from '../mesh/index.ts'
import { classMask } from './class-mask.ts'
import { checkFilter, type Author } from './check-filter.ts'
import { compilePolicy, type CompiledPolicy } from './compile-policy.ts'
import { entitlementsOf } from './condition-parts.ts'
import { fitMask } from './fit-mask.ts'
import type { PolicyProblem } from './policy-problem.ts'
import { select, type Selection } from './selection.ts'
import { targetOf, type Target } from './target.ts'

/**
 * Everything that keeps a policy from being enacted on this mesh, and what its team should know. Empty: it may be enacted.
 * It names columns of what the policy governs and looks up: ask whether the publisher may publish it first.
 */
export function checkPolicy(policy: Policy, state: MeshState, publisher?: Principal): readonly PolicyProblem[] {
  const compiled = compilePolicy(policy)
  const texts = compiled.problems.map(problem => ({ ...problem, severity: 'error' as const }))
  if (texts.length > 0) return texts
  const author = publisher === undefined ? { policy } : { policy, publisher }
  return distinct([
    ...checkShape(compiled),
    ...targetsOf(state).flatMap(target => checkOn(compiled, target, state, author)),
  ])
}

function checkShape({ policy, level }: CompiledPolicy): readonly PolicyProblem[] {
  const rules = policy.onQuery.flatMap((rule, i): PolicyProblem[] => {
    const path = `onQuery[${i}]`
    if (rule.open === true && level === 'columns')
      return [error(`${path}.open`, 'A rule about columns cannot open a table.', 'Select tables instead of columns.')]
    if (rule.minimumGroup !== undefined && !(Number.isInteger(rule.minimumGroup) && rule.minimumGroup > 0))
      return [error(`${path}.minimumGroup`, 'A minimum group is a whole number of people.', 'Write 1 or more.')]
    return Object.entries(rule.limit ?? {})
      .filter(([, most]) => !(most >= 0))
      .map(([kind]) => error(`${path}.limit.${kind}`, 'A limit is a number that is not negative.', 'Write 0 or more.'))
  })
  const from = policy.from !== undefined && Number.isNaN(Date.parse(policy.from))
  return from ? [error('from', `${policy.from} is no date.`, 'Write it as: from: 2026-12-01'), ...rules] : rules
}

/** All versions that somebody could read now. */
function targetsOf(state: MeshState): readonly Target[] {
  const known = targetsByState.get(state)
  if (known !== undefined) return known
  const targets = [...state.tables.values()].flatMap(table =>
    [...table.majors.values()].map(version => targetOf(state, version, columnsNow(version))),
  )
  targetsByState.set(state, targets)
  return targets
}

/** A publication checks many policies on one state. */
const targetsByState = new WeakMap<MeshState, readonly Target[]>()

function checkOn(compiled: CompiledPolicy, target: Target, state: MeshState, author: Author): readonly PolicyProblem[] {
  const selection = select(compiled, target, new Date(state.at))
  if (selection === undefined) return []
  const table = target.version.id
  if (selection.fault !== undefined)
    return [
      error(
        compiled.level ?? 'select',
        `On ${table} ${selection.fault}.`,
        'Ask for null first: column.class != null && …',
      ),
    ]
  return compiled.onQuery.flatMap(({ rule, filter }, i) => [
    ...(filter === undefined || filter.kind === 'broken'
      ? []
      : checkFilter(filter, target, state, author).map(problem => ({ ...problem, path: `onQuery[${i}].filter` }))),
    ...(rule.mask === undefined ? [] : checkMask(rule.mask, `onQuery[${i}].mask`, selection, target, state)),
    ...(filter === undefined ? [] : checkRecursion(compiled, filter, `onQuery[${i}].filter`, target, state)),
  ])
}

function checkMask(
  mask: NonNullable<CompiledPolicy['onQuery'][number]['rule']['mask']>,
  path: string,
  { columns }: Selection,
  target: Target,
  state: MeshState,
): readonly PolicyProblem[] {
  return (columns ?? []).flatMap(({ column, said }) => {
    const name = `${target.version.id}.${column.path}`
    const named = mask === 'by-class' ? classMask(state.settings, typed(said.column, column.column)) : mask
    if (named === undefined)
      return [warning(path, `The class of ${name} has no masks, so by-class leaves it as it is.`, 'Class it stricter.')]
    const fitted = fitMask(column.column, named)
    if (fitted !== named)
      return [
        warning(
          path,
          `${named} does not fit ${name} (${column.column.type}): ${fitted} is used instead.`,
          `Write mask: ${fitted}, or leave it so.`,
        ),
      ]
    return fitted === 'keyed-hash' && column.column.type !== 'VARCHAR'
      ? [
          warning(
            path,
            `The hash of ${name} is text, not ${column.column.type}.`,
            'Tell who computes with it, or choose another mask.',
          ),
        ]
      : []
  })
}

const typed = (said: Column, seen: Column): Column => ({ ...said, type: seen.type })

/** An entitlement table that the rule itself governs would be read through the rule that reads it. */
function checkRecursion(
  compiled: CompiledPolicy,
  filter: NonNullable<CompiledPolicy['onQuery'][number]['filter']>,
  path: string,
  target: Target,
  state: MeshState,
): readonly PolicyProblem[] {
  if (filter.kind === 'broken') return []
  return entitlementTables(filter).flatMap(id => {
    const table = state.tables.get(foldAscii(id))
    if (table === undefined || foldAscii(id) === foldAscii(target.version.id)) return []
    const governed = [...table.majors.values()].some(
      version => select(compiled, targetOf(state, version, version.table.columns), new Date(state.at)) !== undefined,
    )
    return governed
      ? [error(path, `${id} is looked up by this filter and governed by it too.`, 'Leave it out of the selection.')]
      : []
  })
}

const entitlementTables = (filter: Parameters<typeof entitlementsOf>[0]): readonly string[] =>
  entitlementsOf(filter).map(e => `${e.schema}.${e.table}`)

const error = (path: string, message: string, fix: string): PolicyProblem => ({ path, message, fix, severity: 'error' })

const warning = (path: string, message: string, fix: string): PolicyProblem => ({
  ...error(path, message, fix),
  severity: 'warning',
})

const distinct = (problems: readonly PolicyProblem[]): readonly PolicyProblem[] => [
  ...new Map(problems.map(p => [`${p.path}|${p.message}`, p])).values(),
]
