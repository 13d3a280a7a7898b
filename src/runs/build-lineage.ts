import { quoteName, quoteText } from '../base/index.ts'
import { foldAscii, type LineageEdge } from '../mesh/index.ts'
import {
  EngineError,
  lineageOfPlan,
  sourceKey,
  sourceOf,
  UnknownPlan,
  type PlanLineage,
  type Sources,
} from '../query/index.ts'
import type { Described } from './fit-columns.ts'
import type { WorkshopSession } from './needs.ts'

/** An input of a build as its SQL sees it. */
export interface LineageInput {
  /** `main` for a name without schema. */
  readonly schema: string
  readonly name: string
  /** What edges say it is: `domain.table` or `file:<path>`. */
  readonly id: string
  readonly columns: readonly Described[]
}

export interface LineageOrder {
  /** `domain.table`. */
  readonly table: string
  readonly sql: string
  /** The SELECT's columns in order, and the contract's column that each becomes. */
  readonly outputs: readonly (string | undefined)[]
  readonly inputs: readonly LineageInput[]
  /** A table of rejects takes the same columns, and a reason that depends on them all. */
  readonly rejects?: { readonly table: string; readonly columns: readonly string[] }
}

/**
 * Which output column depends on which input column, by the engine's bound plan of the SQL over empty twins of its
 * inputs. The session must hold nothing else. Where the plan cannot be read, every output depends on every input column.
 */
export async function buildLineage(session: WorkshopSession, order: LineageOrder): Promise<readonly LineageEdge[]> {
  const lineage = (await planned(session, order)) ?? everything(order)
  const edges = order.outputs.flatMap((column, i) =>
    column === undefined ? [] : edgesTo(`${order.table}.${column}`, lineage.columns[i] ?? new Map(), order.inputs),
  )
  return [...edges, ...rejectEdges(order, edges)]
}

/** Makes the twins, in place of those of the build before. */
export async function makeTwins(session: WorkshopSession, inputs: readonly LineageInput[]): Promise<void> {
  for (const schema of new Set(inputs.map(input => input.schema))) {
    await session.execute(`create schema if not exists ${quoteName(schema)}`)
  }
  for (const { schema, name, columns } of inputs) {
    const list = columns.map(
      column => `${quoteName(column.name)} ${column.type === '"NULL"' ? 'INTEGER' : column.type}`,
    )
    await session.execute(`create or replace table ${quoteName(schema)}.${quoteName(name)} (${list.join(', ')})`)
  }
}

async function planned(session: WorkshopSession, order: LineageOrder): Promise<PlanLineage | undefined> {
  try {
    const [row] = await session.execute(`select json_serialize_plan(${quoteText(order.sql)})::varchar as plan`)
    const plan = row?.['plan']
    const lineage = typeof plan === 'string' ? lineageOfPlan(plan) : undefined
    return lineage?.columns.length === order.outputs.length ? lineage : undefined
  } catch (thrown) {
    if (thrown instanceof UnknownPlan || thrown instanceof EngineError) return undefined
    throw thrown
  }
}

function everything({ outputs, inputs }: LineageOrder): Pick<PlanLineage, 'columns'> {
  const all: Sources = new Map(
    inputs.flatMap(input =>
      input.columns.map(c => [sourceKey(`${input.schema}.${input.name}`, c.name), 'value'] as const),
    ),
  )
  return { columns: outputs.map(() => all) }
}

/** `*` says that rows of a relation were read without any of its columns being named: it goes where one of them is. */
function edgesTo(to: string, sources: Sources, inputs: readonly LineageInput[]): readonly LineageEdge[] {
  const ids = new Map(inputs.map(input => [foldAscii(`${input.schema}.${input.name}`), input.id]))
  const named = new Set<string>()
  for (const key of sources.keys()) {
    const { relation, column } = sourceOf(key)
    if (column !== '*') named.add(foldAscii(relation))
  }
  return [...sources].flatMap(([key, how]) => {
    const { relation, column } = sourceOf(key)
    const id = ids.get(foldAscii(relation))
    if (id === undefined || (column === '*' && named.has(foldAscii(relation)))) return []
    return [{ to, from: `${id}.${column}`, how }]
  })
}

function rejectEdges({ table, rejects }: LineageOrder, edges: readonly LineageEdge[]): readonly LineageEdge[] {
  if (rejects === undefined) return []
  const prefix = `${table}.`
  return rejects.columns.flatMap(column => {
    const to = `${rejects.table}.${column}`
    if (foldAscii(column) !== 'reason') {
      return edges.filter(e => foldAscii(e.to) === foldAscii(prefix + column)).map(e => ({ ...e, to }))
    }
    return [...new Set(edges.map(edge => edge.from))].map(from => ({ to, from, how: 'condition' as const }))
  })
}
