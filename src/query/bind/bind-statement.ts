import { digestOf } from '../../base/index.ts'
import { runError } from '../errors/run-error.ts'
import { bindError, type Visible } from '../errors/bind-error.ts'
import { lru } from '../lru.ts'
import { EngineError, type Bound, type Engine, type Param, type Relation } from '../needs.ts'
import { parseTree } from '../parse-tree.ts'
import { analysePlan, type PlanAnalysis } from './analyse-plan.ts'
import { lineageOfPlan, UnknownPlan, type PlanLineage } from './plan-lineage.ts'

/** A bound statement, and what its plan was found to do. */
export interface Understood {
  readonly bound: Bound
  readonly analysis: PlanAnalysis
  readonly lineage?: PlanLineage
}

export interface BindOrder {
  readonly sql: string
  readonly params: readonly Param[]
  readonly relations: readonly Relation[]
  /** What may be said of the tables where something does not fit. */
  readonly visible: readonly Visible[]
}

/** Binds statements on empty twins of their relations. What was understood of a text over such relations is kept. */
export function binder(engine: Engine): (order: BindOrder) => Promise<Understood> {
  const known = lru<Promise<Understood>>(500)
  return async ({ sql, params, relations, visible }) => {
    const key = digestOf([
      sql,
      params.map(kindOf),
      relations.map(({ schema, name, columns }) => [schema, name, columns]),
    ])
    try {
      return await known.get(key, async () => {
        const bound = await engine.bind({ relations, sql, params })
        const lineage = lineageOf(bound)
        return {
          bound,
          analysis: params.length > 0 ? unread('parameters') : analysisOf(bound),
          ...(lineage === undefined ? {} : { lineage }),
        }
      })
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) throw thrown
      if (!['parse', 'bind', 'runtime'].includes(thrown.kind)) throw runError(thrown, { seesOnlyAuthorised: false })
      throw bindError(thrown, sql, visible)
    }
  }
}

/** Values of one kind bind alike. */
export function kindOf(value: Param): string {
  if (value === null) return 'null'
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value
}

const analysisOf = ({ plan }: Bound): PlanAnalysis =>
  plan === undefined ? unread('a plan that cannot be read') : analysePlan(parseTree(plan))

function lineageOf({ plan, columns }: Bound): PlanLineage | undefined {
  if (plan === undefined) return undefined
  try {
    const lineage = lineageOfPlan(plan)
    return lineage.columns.length === columns.length ? lineage : undefined
  } catch (thrown) {
    if (thrown instanceof UnknownPlan) return undefined
    throw thrown
  }
}

/** Of what is not understood, the worst is assumed. */
const unread = (what: string): PlanAnalysis => ({
  partial: [what],
  ordered: [],
  limitsScan: true,
  columnCasts: [],
  textCasts: [],
})
