import { holds, type MeshState, type Principal } from '../mesh/index.ts'
import type { Receipt } from './gateway-face.ts'
import type { QueryLog } from './needs.ts'
import { withoutLiterals } from './text/without-literals.ts'

type Kept = NonNullable<Awaited<ReturnType<QueryLog['get']>>>

/**
 * A receipt as somebody may see it: whole for who asked and for auditors, without literals for those who answer for one
 * of its tables. To all others it does not exist.
 */
export function receiptFor(kept: Kept, asker: Principal, state: MeshState): Receipt | undefined {
  if (kept.refused !== undefined) return undefined
  const isOwn = asker.id === kept.who || asker.id === kept.onBehalfOf
  const isAuditor = holds(asker, 'governance-member', '') || holds(asker, 'platform-engineer', '')
  const answersFor = kept.tables.some(({ table }) => {
    const domain = table.split('.')[0]!
    return holds(asker, 'product-owner', domain) || holds(asker, 'data-engineer', domain)
  })
  if (!isOwn && !isAuditor && !answersFor) return undefined
  const { outcome } = kept
  const { answerGb } = state.settings.prices
  return {
    id: kept.id,
    at: kept.at,
    who: kept.who,
    ...(kept.onBehalfOf === undefined ? {} : { onBehalfOf: kept.onBehalfOf }),
    ...(kept.purpose === undefined ? {} : { purpose: kept.purpose }),
    sql: isOwn || isAuditor ? kept.sql : withoutLiterals(kept.sql),
    tables: kept.tables,
    rules: kept.rules,
    columns: kept.columns,
    limitations: kept.limitations,
    incidents: [],
    ...(outcome === undefined
      ? {}
      : {
          rows: outcome.rows,
          truncated: outcome.truncated,
          cost: { answerBytes: outcome.bytes, amount: (outcome.bytes / 1e9) * answerGb },
          outcome,
        }),
  }
}
