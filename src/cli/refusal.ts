import { problemOf, type Problem } from '../api/index.ts'
import { MeshError, messageOf } from '../base/index.ts'
import { fileTrouble } from './file-trouble.ts'

/** A no of the server, as it said it. */
export class Refusal extends Error {
  readonly problem: Problem
  /** What a person looks at first: the line of the statement, with its place marked. */
  readonly excerpt: string | undefined
  constructor(problem: Problem, excerpt?: string) {
    super(problem.detail)
    this.name = 'Refusal'
    this.problem = problem
    this.excerpt = excerpt
  }
}

/** Whatever ended a command, as a problem document. */
export function problemBehind(thrown: unknown): Problem {
  if (thrown instanceof Refusal) return thrown.problem
  if (thrown instanceof MeshError) return problemOf(thrown)
  const trouble = fileTrouble(thrown)
  if (trouble !== undefined) return problemOf(trouble)
  return problemOf(new MeshError('internal', `Meshwright made a mistake: ${messageOf(thrown)}`, { cause: thrown }))
}

/** 1: the answer is no. 2: used wrongly. 3: the platform failed. */
export function exitCodeOf({ code, status }: Pick<Problem, 'code' | 'status'>): 1 | 2 | 3 {
  if (code === 'request.invalid' || code.startsWith('usage.')) return 2
  const family = code.slice(0, Math.max(0, code.indexOf('.')))
  return status >= 500 || ['server', 'engine', 'storage', 'home', 'ledger', 'busy'].includes(family) ? 3 : 1
}
