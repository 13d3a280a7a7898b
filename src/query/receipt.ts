import { holds, type MeshState, type Principal } from '../mesh/index.ts'
import { mayDiscover } from '../policy/index.ts'
import type { Receipt } from './gateway-face.ts'
import type { QueryLog } from './needs.ts'
import { columnsWithoutLiterals } from './shown-columns.ts'
import { withoutLiterals } from './text/without-literals.ts'

type Kept = NonNullable<Awaited<ReturnType<QueryLog['get']>>>

/**
 * A receipt as somebody may see it: whole for who asked and for auditors, without literals for those who answer for one
 * of its tables, who see nothing there of tables that they may not know of. To all others it does not exist.
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
  const isWhole = isOwn || isAuditor
  const isKnown = ({ table }: { readonly table: string }) => isWhole || mayDiscover(state, asker, table)
  const tellsAll = kept.tables.every(isKnown)
  const { outcome } = kept
  const { answerGb } = state.settings.prices
  return {
    id: kept.id,
    at: kept.at,
    who: kept.who,
    ...(kept.onBehalfOf === undefined ? {} : { onBehalfOf: kept.onBehalfOf }),
    ...(kept.purpose === undefined ? {} : { purpose: kept.purpose }),
    sql: isWhole ? kept.sql : tellsAll ? withoutLiterals(kept.sql) : '-- It also reads tables that you may not see.',
    tables: kept.tables.filter(isKnown),
    rules: kept.rules.filter(isKnown),
    columns: isWhole ? kept.columns : tellsAll ? columnsWithoutLiterals(kept, state) : [],
    limitations: tellsAll ? kept.limitations : [],
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
