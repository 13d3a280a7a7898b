import type { Problem } from '../../api/index.ts'
import { formatIssue, type Issue } from '../../base/index.ts'

/** A refusal for a person: what and why, every place, whose rule, and last of all the line to paste. */
export function problemText(problem: Problem, excerpt?: string): string {
  const { text, command } = split(problem.fix)
  const paste = problem.next?.command ?? command
  const issues = problem.issues ?? []
  const isSaid = (issue: (typeof issues)[number]) => problem.detail.includes(issue.message)
  return [
    ...issues.filter(issue => !isSaid(issue)).map(issue => formatIssue(issue as Issue)),
    `${placeText(issues.find(isSaid))}error: ${problem.detail} [${problem.code}]`,
    ...(excerpt === undefined ? [] : [excerpt]),
    ...(problem.rule === undefined
      ? []
      : [`rule: ${problem.rule}${problem.team === undefined ? '' : `, which the team ${problem.team} answers for`}`]),
    ...(text === '' ? [] : [text]),
    ...(paste === undefined ? [] : [`  ${paste}`]),
  ].join('\n')
}

/** `file:line:column: ` of what the refusal itself says. */
function placeText(issue: NonNullable<Problem['issues']>[number] | undefined): string {
  const place = [issue?.file, issue?.line, issue?.column].filter(part => part !== undefined)
  return place.length === 0 ? '' : `${place.join(':')}: `
}

/** A fix that ends in a command: the sentence and the line to paste. */
function split(fix: string): { readonly text: string; readonly command?: string } {
  const match = /^(.*?):? *(meshwright [^.]*.*)$/s.exec(fix)
  if (match === null) return { text: fix }
  return { text: match[1] === '' ? '' : `${match[1]}:`, command: match[2]! }
}
