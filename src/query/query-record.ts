import type { MeshState } from '../mesh/index.ts'
import type { Determinant } from '../policy/index.ts'
import type { QueryRequest } from './gateway-face.ts'
import type { QueryRecord } from './needs.ts'
import { outputMasks } from './output-masks.ts'
import type { Prepared } from './prepared.ts'

/** What the log keeps of a statement before it runs, or of one that was refused. */
export function recordOf(
  id: string,
  at: Date,
  request: QueryRequest,
  cut: MeshState,
  prepared?: Prepared,
): QueryRecord {
  const { principal, door, sql } = request
  const purpose = prepared?.decision.purpose ?? request.purpose
  return {
    id,
    at: at.toISOString(),
    who: principal.id,
    ...(principal.onBehalfOf === undefined ? {} : { onBehalfOf: principal.onBehalfOf.id }),
    ...(purpose === undefined ? {} : { purpose }),
    door,
    sql,
    policyVersion: cut.policyVersion,
    ledgerSeq: cut.seq,
    ...(prepared === undefined ? nothingRead : readingsOf(prepared)),
  }
}

type Readings = Pick<QueryRecord, 'tables' | 'rules' | 'columns' | 'limitations'>

const nothingRead: Readings = { tables: [], rules: [], columns: [], limitations: [] }

const known = new WeakMap<Prepared, Readings>()

/** What the statement reads and by which rules: the same each time it runs. */
function readingsOf(prepared: Prepared): Readings {
  const before = known.get(prepared)
  if (before !== undefined) return before
  const masks = masksOf(prepared)
  const readings: Readings = {
    tables: prepared.tables.map(({ version, snapshot }) => ({
      table: version.id,
      release: snapshot?.release ?? version.release,
      snapshot: snapshot?.snapshot ?? '',
    })),
    rules: rulesOf(prepared.decision.determinedBy),
    columns: prepared.bound.columns.map(({ name, type }, i) => {
      const mask = masks[i]
      return mask === undefined ? { name, type } : { name, type, mask }
    }),
    limitations: limitationsOf(prepared),
  }
  known.set(prepared, readings)
  return readings
}

const masksOf = ({ bound, lineage, tables, relations }: Prepared): readonly (string | undefined)[] =>
  outputMasks(
    bound.columns,
    lineage,
    tables.map(({ decision }, i) => ({ decision, relation: relations[i]! })),
  )

/** Each once, though a table may be read twice, or a rule mask several members of one column. */
function rulesOf(determinedBy: readonly Determinant[]): QueryRecord['rules'] {
  const rules = determinedBy.map(({ rule, team, effect, table, column }) => ({
    rule,
    team,
    effect,
    table,
    ...(column === undefined ? {} : { column }),
  }))
  return [...new Map(rules.map(each => [JSON.stringify(each), each])).values()]
}

function limitationsOf({ tables, state }: Prepared): readonly string[] {
  const texts = tables.flatMap(({ version }) => [
    version.contract.description.limitations,
    state.products.get(version.product)?.product.description.limitations,
  ])
  return [...new Set(texts.filter(text => text !== undefined && text !== ''))] as readonly string[]
}
