import MiniSearch from 'minisearch'
import type { MeshState, Principal } from '../mesh/index.ts'
import { titleOf } from './title-of.ts'
import { mayDiscover } from '../policy/index.ts'

interface Found {
  readonly id: string
  readonly kind: 'product' | 'table' | 'column' | 'domain'
  readonly title: string
  readonly description?: string
  readonly score: number
}

interface Entry extends Record<'key' | 'id' | 'name' | 'title' | 'description' | 'tags' | 'words', string> {
  readonly kind: Found['kind']
  /** The product, table or domain that decides whether it may be found. */
  readonly of: string
}

/** Of equally good matches a product says more than its tables, and they more than their columns. */
const weights = { product: 3, table: 2, domain: 2, column: 1 } as const

const indexes = new WeakMap<
  MeshState['products'],
  { readonly index: MiniSearch<Entry>; readonly all: readonly Entry[] }
>()

/** What matches all or some of the words, best first; only what the asker may discover. No words: every one of the kind. */
export function search(
  state: MeshState,
  asker: Principal,
  words: string,
  limit: number,
  kind?: Found['kind'],
): { readonly results: readonly Found[]; readonly total: number } {
  const { index, all } = indexOf(state)
  const hits =
    words.trim() === ''
      ? all.filter(e => e.kind === (kind ?? 'product')).map(e => ({ ...e, score: 0 }))
      : index.search(words).map(hit => ({ ...all[Number(hit.id)]!, score: Math.round(hit.score * 100) / 100 }))
  const seen = hits
    .filter(hit => kind === undefined || hit.kind === kind)
    .filter(hit => hit.kind === 'domain' || mayDiscover(state, asker, hit.of))
  const results = seen.slice(0, limit).map(({ id, kind, title, description, score }) => ({
    id,
    kind,
    title,
    score,
    ...(description === '' ? {} : { description }),
  }))
  return { results, total: seen.length }
}

function indexOf(state: MeshState) {
  const kept = indexes.get(state.products)
  if (kept !== undefined) return kept
  const all = entriesOf(state)
  const index = new MiniSearch<Entry>({
    idField: 'key',
    fields: ['name', 'title', 'description', 'tags', 'words'],
    searchOptions: {
      prefix: true,
      fuzzy: 0.2,
      boost: { name: 4, title: 3, words: 2 },
      boostDocument: key => weights[all[Number(key)]!.kind],
    },
    tokenize: text => text.split(/[^\p{L}\p{N}]+/u).filter(word => word !== ''),
  })
  index.addAll(all)
  const made = { index, all }
  indexes.set(state.products, made)
  return made
}

function entriesOf(state: MeshState): Entry[] {
  const entries: Omit<Entry, 'key' | 'name'>[] = []
  for (const domain of state.domains.values()) {
    entries.push({
      id: domain.id,
      kind: 'domain',
      of: domain.id,
      title: domain.title,
      description: domain.description ?? '',
      tags: domain.tags.join(' '),
      words: domain.id,
    })
  }
  for (const { product } of state.products.values()) {
    const description = product.description.purpose ?? ''
    entries.push({
      id: product.id,
      kind: 'product',
      of: product.id,
      title: titleOf(product),
      description,
      tags: product.tags.join(' '),
      words: product.name,
    })
    for (const table of product.ports.flatMap(p => p.contract.tables)) {
      const id = `${product.domain}.${table.name}`
      entries.push({
        id,
        kind: 'table',
        of: id,
        title: titleOf(table),
        description: table.description ?? '',
        tags: table.tags.join(' '),
        words: table.columns.map(c => c.name).join(' '),
      })
      for (const column of table.columns) {
        entries.push({
          id: `${id}.${column.name}`,
          kind: 'column',
          of: id,
          title: column.name,
          description: column.description ?? '',
          tags: [...column.tags, column.identifier ?? ''].join(' '),
          words: column.name,
        })
      }
    }
  }
  // A column is found by its own name: by its table's the table is.
  return entries.map((entry, i) => ({
    ...entry,
    name: entry.kind === 'column' ? entry.title : entry.id,
    key: String(i),
  }))
}
