import { join, relative } from 'node:path'
import type { PlanShape, Problem } from '../api/index.ts'
import type { Issue } from '../base/index.ts'
import type { Folder } from './folder.ts'
import { Refusal } from './refusal.ts'
import { shellWord } from './shell-quoted.ts'

/** The folder of a command: as it was written, from where, and what lies in it. */
export interface Stand {
  readonly given: string
  readonly cwd: string
  readonly folder: Folder
}

/** Editors and build servers look for files from where they are. */
export function placed<Placed extends Pick<Issue, 'file'>>(thing: Placed, { folder, cwd }: Stand): Placed {
  return thing.file === undefined ? thing : { ...thing, file: relative(cwd, join(folder.base, thing.file)) }
}

/** The server knows the files by their paths in the publication, and not how the folder was named. */
export const placedPlan = (plan: PlanShape, stand: Stand): PlanShape => ({
  ...plan,
  issues: plan.issues.map(issue => placedHere(issue, stand)),
  refusals: plan.refusals.map(refusal => placedProblem(refusal, stand)),
})

/** The same of a refusal; whatever else was thrown as it is. */
export const placedRefusal = (thrown: unknown, stand: Stand): unknown =>
  thrown instanceof Refusal ? new Refusal(placedProblem(thrown.problem, stand), thrown.excerpt) : thrown

function placedProblem<P extends Pick<Problem, 'fix' | 'issues' | 'next'>>(problem: P, stand: Stand): P {
  const { issues, next } = problem
  return {
    ...problem,
    fix: withFolder(problem.fix, stand),
    ...(issues === undefined ? {} : { issues: issues.map(issue => placedHere(issue, stand)) }),
    ...(next?.command === undefined ? {} : { next: { ...next, command: withFolder(next.command, stand) } }),
  }
}

/** Documents of others, which were published before, lie somewhere else. */
function placedHere<Placed extends { readonly file?: string | undefined }>(issue: Placed, stand: Stand): Placed {
  const { documents, data, domainAbove } = stand.folder
  const { file } = issue
  const isHere = file === domainAbove?.path || [...documents, ...data].some(({ path }) => path === file)
  return file === undefined || !isHere ? issue : { ...issue, file: placed({ file }, stand).file }
}

const withFolder = (text: string, { given }: Stand): string =>
  given === '.'
    ? text
    : text.replace(/\bmeshwright (?:check|plan|publish)$/, command => `${command} ${shellWord(given)}`)
