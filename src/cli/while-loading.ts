import type { Problem } from '../api/index.ts'
import type { Api } from './api.ts'

const mayBeLoading: readonly string[] = [
  'table.no-data',
  'access.required',
  'thing.not-found',
  'sql.table-not-found',
  'purpose.unknown',
]

/** What is not there, or not open yet, may be on its way: while the sample mesh loads a refusal says so. */
export async function whileLoading(problem: Problem, api: () => Promise<Api>): Promise<Problem> {
  if (!mayBeLoading.includes(problem.code) || /Did you mean/.test(problem.detail + problem.fix)) return problem
  try {
    const demo = await (await api()).call('demo', {})
    if (demo.state !== 'loading') return problem
    const told = `The sample mesh is still loading (${demo.done} of ${demo.of}): try again in a moment.`
    return { ...problem, detail: `${problem.detail} ${told}` }
  } catch {
    return problem // the refusal itself is what the person has to know
  }
}
