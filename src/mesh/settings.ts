import type { MaskName } from './policy.ts'

/** `mesh.yaml`: what the federation agreed on. Every member has a default; a fresh installation starts from `defaultSettings`. */
export interface MeshSettings {
  readonly id: string
  readonly title?: string
  readonly purposes: Readonly<Record<string, Purpose>>
  /** From open to strict: this order is what "at least as strict" means. */
  readonly classes: readonly DataClass[]
  /** The class that a column without one is treated as. */
  readonly defaultClass: string
  readonly identifiers: Readonly<Record<string, Identifier>>
  readonly teams: Readonly<Record<string, { readonly members: readonly string[] }>>
  readonly attributes: Readonly<Record<string, { readonly from: string }>>
  readonly people: Readonly<Record<string, Person>>
  readonly services: Readonly<Record<string, { readonly sponsor: string }>>
  readonly agents: Readonly<Record<string, { readonly sponsor: string }>>
  readonly approve: ApprovalRules
  readonly governance: { readonly team?: string; readonly quorum: number; readonly objectDays: number }
  readonly notify: { readonly channels: readonly string[] }
  readonly prices: Prices
}

export interface Purpose {
  /** One sentence: what data used for it is used for. */
  readonly is: string
  /** How long access for it lasts unless asked otherwise. */
  readonly days?: number
}

export interface DataClass {
  readonly id: string
  /** What `mask: by-class` means for a column of this class, by what the column is. */
  readonly mask?: {
    readonly identifier?: MaskName
    readonly text?: MaskName
    readonly date?: MaskName
    readonly else?: MaskName
  }
  /** An aggregate over at least this many people may be classed lower. */
  readonly aggregateFrom?: number
}

export interface Identifier {
  /** `domain.table.column` that holds all values. */
  readonly is?: string
  readonly pattern?: string
  /** Share of rows, 0 to 1, that must be found in `is`. */
  readonly match?: number
  /** It tells people apart: minimum groups count it, erasure follows it. */
  readonly person?: boolean
}

export interface Person {
  readonly name?: string
  readonly email?: string
  readonly attributes?: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

/** Approvers are roles of the table's domain (`product-owner`) or `team:<id>`. */
export interface ApprovalRules {
  readonly default: readonly string[]
  /** By class: who must say yes besides or instead, for requests that include a column of that class. */
  readonly byClass: Readonly<Record<string, readonly string[]>>
  /** A duration as `3d`, after which a deputy may answer. */
  readonly deputyAfter?: string
}

export interface Prices {
  readonly answerGb: number
  readonly scanGb: number
  readonly computeSecond: number
  readonly storageGbMonth: number
}

/** What to do in a mesh whose own list is still empty: nobody can ask for access then. */
export const noPurposesYet =
  'The mesh lists no purposes yet: write them under purposes: in mesh.yaml and publish it, as its platform engineer. A first mesh.yaml is written by: meshwright new mesh'

/** Purposes that exist in every mesh: `upkeep` (owners and engineers on their own tables) and `product` (builds). */
export const builtInPurposes: Readonly<Record<string, Purpose>> = {
  upkeep: { is: 'Keep the own products running' },
  product: { is: 'Build another product' },
}

export const defaultSettings: MeshSettings = {
  id: 'mesh',
  purposes: {},
  classes: [
    { id: 'public' },
    { id: 'internal' },
    { id: 'confidential', mask: { text: 'mask-to-fixed-value', else: 'replace-with-null' } },
    {
      id: 'personal',
      mask: { identifier: 'keyed-hash', text: 'keyed-hash', date: 'truncate-to-year', else: 'replace-with-null' },
      aggregateFrom: 10,
    },
  ],
  defaultClass: 'internal',
  identifiers: {},
  teams: {},
  attributes: {},
  people: {},
  services: {},
  agents: {},
  approve: { default: ['product-owner'], byClass: {} },
  governance: { quorum: 1, objectDays: 0 },
  notify: { channels: ['inbox'] },
  prices: { answerGb: 0, scanGb: 0, computeSecond: 0, storageGbMonth: 0 },
}
