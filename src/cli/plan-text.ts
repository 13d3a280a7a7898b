import type { PlanShape } from '../api/index.ts'
import { formatIssue, type Issue } from '../base/index.ts'
import { problemText } from './output/problem-text.ts'

type Item = PlanShape['items'][number]

/** A plan for a person: what changes, whom it hits, which rules fail, and whether it may. */
export function planText(plan: PlanShape): string {
  const changed = plan.items.filter(item => item.action !== 'unchanged')
  return [
    ...plan.issues.map(issue => formatIssue(issue as Issue)),
    ...changed.flatMap(itemLines),
    ...unchangedLine(plan.items.length - changed.length, changed.length),
    ...plan.warnings.map(warning => `warning: ${warning}`),
    ...plan.refusals.map(refusal => problemText(refusal)),
    plan.allowed ? 'It may be published.' : 'It may not be published as it is.',
  ].join('\n')
}

const unchangedLine = (unchanged: number, changed: number): readonly string[] =>
  changed === 0
    ? ['Nothing changes.']
    : unchanged === 0
      ? []
      : [unchanged === 1 ? '1 more stays as it is.' : `${unchanged} more stay as they are.`]

const marks: Readonly<Record<Item['action'], string>> = { create: '+', update: '~', sources: '~', unchanged: ' ' }

export function itemLines(item: Item): readonly string[] {
  return [
    `${marks[item.action]} ${titleOf(item)}`,
    ...item.changes.map(c => `    ${c.weight}: ${c.message}`),
    ...item.consumers.map(c => `    used by ${c.who}: ${c.table}, ${c.why}`),
    ...item.violations.flatMap(v => [
      `    ${v.grace === undefined ? 'fails' : `will fail from ${v.grace.slice(0, 10)}`}: ${v.policy} of ${v.team}: ${v.message}`,
      ...(v.fix === undefined ? [] : [`      ${v.fix}`]),
    ]),
    ...item.requests.map(r => `    reads ${r.table}: ${r.state}${r.id === undefined ? '' : ` (${r.id})`}`),
    ...item.assumptions.map(text => `    assumed: ${text}`),
  ]
}

export function titleOf({ kind, id, action, version, change, due }: Item): string {
  const what = action === 'create' ? 'new' : action === 'sources' ? 'new source files' : action
  return [
    `${kind} ${id}${version === undefined ? '' : ` ${version}`}`,
    [what, ...(change === undefined || change === 'first' ? [] : [change])].join(', '),
    ...(due === undefined || due === version ? [] : [`due is ${due}`]),
  ].join(': ')
}
