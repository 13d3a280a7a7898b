import type { Problem } from '../../api/index.ts'
import { formatIssue, type Issue } from '../../base/index.ts'

/** A refusal for a person: what and why, every place, whose rule, and last of all the line to paste. */
export function problemText(problem: Problem, excerpt?: string): string {
  const { text, command } = split(problem.fix)
  const paste = problem.next?.command ?? command
  return [
    ...(problem.issues ?? [])
      .filter(issue => !problem.detail.endsWith(issue.message))
      .map(issue => formatIssue(issue as Issue)),
    `error: ${problem.detail} [${problem.code}]`,
    ...(excerpt === undefined ? [] : [excerpt]),
    ...(problem.rule === undefined
      ? []
      : [`rule: ${problem.rule}${problem.team === undefined ? '' : `, which the team ${problem.team} answers for`}`]),
    ...(text === '' ? [] : [text]),
    ...(paste === undefined ? [] : [`  ${paste}`]),
  ].join('\n')
}

/** A fix that ends in a command: the sentence and the line to paste. */
function split(fix: string): { readonly text: string; readonly command?: string } {
  const match = /^(.*?):? *(meshwright [^.]*.*)$/s.exec(fix)
  if (match === null) return { text: fix }
  return { text: match[1] === '' ? '' : `${match[1]}:`, command: match[2]! }
}
