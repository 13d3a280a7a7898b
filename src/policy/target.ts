import {
  foldAscii,
  type Column,
  type Domain,
  type MeshState,
  type Product,
  type TableState,
  type TableVersion,
} from '../mesh/index.ts'
import type { Facts } from './compile-cel.ts'
import { columnFact, domainFact, meshFact, productFact, tableFact } from './facts.ts'
import { flatColumns, type FlatColumn } from './flat-columns.ts'

/** What rules select: a table, or a product as a whole, which has no columns. */
export interface Subject {
  readonly version: Pick<TableVersion, 'id' | 'domain'>
  /** `mesh`, `domain`, `product`, `table`. */
  readonly facts: Facts
  readonly flat: readonly TargetColumn[]
}

/** What rules demand of: a table, or the facts that a test gives of one. */
export interface Demanded extends Subject {
  /** What readers see now. */
  readonly columns: readonly Column[]
  /** Only the facts of a test: there are no columns to bind filters to. */
  readonly unbound?: true
}

/** A table as rules see it. */
export interface Target extends Demanded {
  /** Folded. */
  readonly id: string
  readonly version: TableVersion
  readonly domain: Domain | undefined
  readonly product: Product | undefined
  readonly named: TableState | undefined
}

export interface TargetColumn extends FlatColumn {
  /**
   * What is said of it: by the snapshot that is read, by the active release, and by newer majors. A rule that matches
   * one of them holds, because today's knowledge governs yesterday's data.
   */
  readonly said: readonly { readonly column: Column; readonly fact: Facts[string] }[]
}

export function targetOf(state: MeshState, version: TableVersion, columns: readonly Column[]): Target {
  const domain = state.domains.get(version.domain)
  const product = state.products.get(version.product)?.product
  const named = state.tables.get(foldAscii(version.id))
  const { defaultClass } = state.settings
  const newer = [...(named?.majors.values() ?? [])].filter(other => other.major > version.major)
  const others = [version, ...newer].map(other => flatColumns(other.table.columns))
  return {
    id: foldAscii(version.id),
    version,
    columns,
    domain,
    product,
    named,
    facts: {
      mesh: meshFact(state),
      domain: domainFact(domain ?? { id: version.domain }),
      product: productFact(product ?? { id: version.product }),
      table: tableFact(version),
    },
    flat: flatColumns(columns).map(flat => {
      const said = [flat.column, ...sayings(others, flat.path)]
      return {
        ...flat,
        said: distinct(said).map(column => ({ column, fact: columnFact(column, flat.path, defaultClass) })),
      }
    }),
  }
}

function sayings(others: readonly (readonly FlatColumn[])[], path: string): readonly Column[] {
  const folded = foldAscii(path)
  return others.flatMap(columns => columns.filter(c => foldAscii(c.path) === folded).map(c => c.column))
}

/** What is said twice is asked once. */
function distinct(columns: readonly Column[]): readonly Column[] {
  const seen = new Map(columns.map(column => [JSON.stringify(column), column]))
  return [...seen.values()]
}
