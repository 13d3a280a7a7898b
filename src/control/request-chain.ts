import { principalOf, type AccessRequest, type TableVersion } from '../mesh/index.ts'
import { decideRequest } from '../policy/index.ts'
import type { Situation } from './decided.ts'

type Asked = Pick<AccessRequest, 'who' | 'columns' | 'rows' | 'purpose' | 'days'>

/** Who must say yes. The chain is empty only where a rule approves, which is named then. */
export function chainFor(
  { state, actor, effects }: Situation,
  version: TableVersion,
  { who, columns, rows, purpose, days }: Asked,
): { readonly approvedByRule?: string; readonly chain: readonly string[] } {
  const decision = decideRequest({
    state,
    principal: actor,
    for: who === actor.id ? actor : who.startsWith('team:') ? who : principalOf(state, who),
    version,
    ...(columns === undefined ? {} : { columns }),
    ...(rows === undefined ? {} : { rows }),
    purpose,
    days,
    now: effects.now,
  })
  if (decision.approvedByRule === undefined)
    return { chain: decision.chain.length === 0 ? ['product-owner'] : decision.chain }
  if (rows === undefined) return decision
  // A condition sees what masks hide from the person who wrote it, so that somebody has to read it first.
  const { approve } = state.settings
  const classes = version.table.columns.map(column => column.class ?? state.settings.defaultClass)
  const strict = [...new Set(classes)].flatMap(id => (Object.hasOwn(approve.byClass, id) ? approve.byClass[id]! : []))
  return { chain: [...new Set(['product-owner', ...strict])] }
}
