import type { Build } from './build.ts'
import type { Contract } from './contract.ts'

/** The unit of ownership and release: an ODPS document, its contracts, and how it is built. */
export interface Product {
  /** `domain.name`. */
  readonly id: string
  readonly domain: string
  readonly name: string
  readonly title: string
  readonly kind: ProductKind
  /** Semantic version of the release. */
  readonly version: string
  readonly status: ProductStatus
  readonly description: { readonly purpose?: string; readonly usage?: string; readonly limitations?: string }
  readonly tags: readonly string[]
  /** Person or team that answers for it; the domain's team unless the product says otherwise. */
  readonly owner: string
  readonly support: readonly { readonly channel: string; readonly url?: string }[]
  readonly ports: readonly Port[]
  readonly build: Build
  readonly readme?: string
  /** `domain.product` or `domain.table` that replaces it. */
  readonly successor?: string
}

export const productKinds = ['source-aligned', 'aggregate', 'consumer-aligned'] as const
export type ProductKind = (typeof productKinds)[number]
export type ProductStatus = 'draft' | 'proposed' | 'active' | 'deprecated' | 'retired'

/** The tables of one contract in one major version. */
export interface Port {
  readonly name: string
  readonly contract: Contract
}
