import type { AnswerOf, Operations } from '../api/index.ts'
import { columnsNow, foldAscii, newestMajor, type LineageEdge, type MeshState, type Principal } from '../mesh/index.ts'
import { mayDiscover } from '../policy/index.ts'
import { columnNamed, notFound } from './lookup.ts'

type Graph = AnswerOf<Operations['lineage']>

/** Edges up and down from a product, table or column, as many steps as asked; nothing about what the asker may not discover. */
export function lineageAround(state: MeshState, asker: Principal, id: string, depth: number): Graph {
  const columns = state.products.has(id) ? [] : id.split('.').slice(2)
  const edges = columns.length > 0 ? columnEdges(state) : tableEdges(state)
  const start = startOf(state, asker, id)
  const seen = edges.filter(edge => visible(edge.from) && visible(edge.to))
  const kept = new Set([...reach(seen, start, depth, 'from'), ...reach(seen, start, depth, 'to')])
  const ids = new Set([...start, ...[...kept].flatMap(e => [e.from, e.to])])
  return {
    nodes: [...ids]
      .sort()
      .map(node => ({ id: node, kind: node.startsWith('file:') ? 'file' : columns.length > 0 ? 'column' : 'table' })),
    edges: [...kept].map(({ from, to, how }) => ({ from, to, how })),
  }

  function visible(node: string): boolean {
    if (node.startsWith('file:')) return true
    return mayDiscover(state, asker, tableOf(node))
  }
}

const tableOf = (node: string) => node.split('.').slice(0, 2).join('.')
const columnEdges = (state: MeshState): readonly LineageEdge[] => [...state.products.values()].flatMap(p => p.lineage)

/** Column edges brought together to tables and files. */
function tableEdges(state: MeshState): readonly LineageEdge[] {
  const edges = new Map<string, LineageEdge>()
  for (const { from, to } of columnEdges(state)) {
    const source = from.startsWith('file:') ? from.slice(0, from.lastIndexOf('.')) : tableOf(from)
    const target = tableOf(to)
    edges.set(`${source} ${target}`, { from: source, to: target, how: 'value' })
  }
  return [...edges.values()]
}

function startOf(state: MeshState, asker: Principal, id: string): readonly string[] {
  const product = state.products.get(id)
  if (product !== undefined && mayDiscover(state, asker, id)) {
    return product.product.ports
      .flatMap(p => p.contract.tables.map(t => `${product.product.domain}.${t.name}`))
      .filter(table => mayDiscover(state, asker, table))
  }
  const table = state.tables.get(foldAscii(tableOf(id)))
  if (table === undefined || !mayDiscover(state, asker, table.id)) {
    throw notFound(
      'product or table',
      id,
      [...state.tables.values()].map(t => t.id).filter(t => mayDiscover(state, asker, t)),
    )
  }
  const written = id.split('.').slice(2).join('.')
  return [
    written === '' ? table.id : `${table.id}.${columnNamed(columnsNow(newestMajor(table)), table.id, written).name}`,
  ]
}

function reach(
  edges: readonly LineageEdge[],
  start: readonly string[],
  depth: number,
  side: 'from' | 'to',
): readonly LineageEdge[] {
  const other = side === 'from' ? 'to' : 'from'
  const found = new Set<LineageEdge>()
  let front = new Set(start)
  for (let step = 0; step < depth && front.size > 0; step++) {
    const next = edges.filter(edge => front.has(edge[other]) && !found.has(edge))
    for (const edge of next) found.add(edge)
    front = new Set(next.map(edge => edge[side]))
  }
  return [...found]
}
