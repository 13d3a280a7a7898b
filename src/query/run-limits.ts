import { limits } from '../base/index.ts'
import { defaultInfrastructure, type MeshState } from '../mesh/index.ts'
import type { Allowed } from '../policy/index.ts'
import type { QueryRequest } from './gateway-face.ts'
import type { RunLimits } from './needs.ts'
import type { PreparedTable } from './prepared.ts'

const copyBytesMax = 2_000_000_000

/** The tightest limits of the domains whose tables are read. */
export function limitsOf(
  request: QueryRequest,
  decision: Allowed,
  tables: readonly PreparedTable[],
  state: MeshState,
): RunLimits {
  const domains = tables.map(table => state.domains.get(table.version.domain)?.infrastructure ?? defaultInfrastructure)
  const each = domains.length === 0 ? [defaultInfrastructure] : domains
  const exported = request.format === 'json' ? undefined : decision.limits?.exportRows?.most
  const truncate = [decision.rowLimit?.rows, exported].filter(rows => rows !== undefined)
  return {
    timeMs: Math.min(...each.map(({ limits }) => limits.timeoutS)) * 1000,
    memoryMb: Math.min(...each.map(({ limits }) => limits.memoryMb)),
    rowsMax: limits.answerRowsMax,
    copyBytesMax,
    ...(truncate.length === 0 ? {} : { truncateRows: Math.min(...truncate) }),
  }
}
