import { isGlob, quoteText } from '../base/index.ts'
import { foldAscii, type Input } from '../mesh/index.ts'
import { EngineError } from '../query/index.ts'
import { growthOfPlan, type Growth } from './growth-of-plan.ts'
import { makeTwin, type InputShape } from './input-shape.ts'
import type { WorkshopSession } from './needs.ts'
import { splitName } from './open-session.ts'

export interface BuildGrowth {
  readonly growth: Growth
  /** The same inputs give the same rows at any time: what chooses them asks for no clock and no chance. */
  readonly isSteady: boolean
}

/** How the answer of a SELECT grows with the inputs named; the session holds empty twins of all. */
export async function buildGrowth(
  session: WorkshopSession,
  sql: string,
  growing: readonly string[],
): Promise<BuildGrowth> {
  const relations = new Set(
    growing.map(name => {
      const { schema, name: table } = splitName(foldAscii(name))
      return `${schema}.${table}`
    }),
  )
  try {
    const [row] = await session.execute(`select json_serialize_plan(${quoteText(sql)})::varchar as plan`)
    const plan = row?.['plan']
    if (typeof plan !== 'string') return unknown
    const { growth, functions } = growthOfPlan(plan, relations)
    const unsteady = await session.execute(
      `select distinct lower(function_name) as name from duckdb_functions() where stability <> 'CONSISTENT'`,
    )
    return { growth, isSteady: !unsteady.some(({ name }) => typeof name !== 'string' || functions.has(name)) }
  } catch (thrown) {
    if (thrown instanceof EngineError) return unknown
    throw thrown
  }
}

const unknown: BuildGrowth = { growth: 'other', isSteady: false }

export async function makeInputTwins(session: WorkshopSession, inputs: readonly InputShape[]): Promise<void> {
  for (const { name, columns } of inputs) await makeTwin(session, name, columns)
}

/** A path with a pattern brings one file after another. */
export const isGrowing = (input: Input): boolean => input.kind === 'file' && isGlob(input.path)

/**
 * The inputs whose files are news of a build: those with a pattern, beside which a single file is what rows are looked up
 * in; where there is none of them, every file.
 */
export function growingInputs(inputs: ReadonlyMap<string, Input>): readonly string[] {
  const files = [...inputs].filter(([, input]) => input.kind === 'file')
  const growing = files.filter(([, input]) => isGrowing(input))
  return (growing.length > 0 ? growing : files).map(([name]) => name)
}
