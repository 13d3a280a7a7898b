/** One rule as code. Conditions are CEL text, filters SQL of the portable subset; the policy room compiles them. */
export interface Policy {
  readonly id: string
  /** The domain whose products it is about; absent for a global one. */
  readonly domain?: string
  readonly title?: string
  readonly description?: string
  readonly team: string
  readonly status: 'draft' | 'grace' | 'enforced' | 'withdrawn'
  /** ISO date from which it binds. */
  readonly from?: string
  readonly select: {
    readonly domains?: string
    readonly products?: string
    readonly tables?: string
    readonly columns?: string
  }
  readonly onPublish: readonly PublishRule[]
  readonly onQuery: readonly QueryRule[]
  readonly onRequest: readonly RequestRule[]
  readonly onFind: readonly FindRule[]
  readonly retain?: Readonly<Record<string, string>>
  readonly tests: readonly PolicyTest[]
  /** The file that it was written in, for messages. */
  readonly file: string
}

export interface PublishRule {
  readonly when?: string
  readonly require: string
  /** May hold `${column.name}` and the like. */
  readonly message: string
  readonly fix?: string
  readonly except: readonly Exception[]
}

export interface QueryRule {
  readonly when?: string
  readonly open?: true
  readonly deny?: { readonly message: string }
  readonly mask?: MaskName | 'by-class'
  readonly filter?: string
  readonly minimumGroup?: number
  readonly limit?: {
    readonly rows?: number
    readonly perMinute?: number
    readonly exportRows?: number
    readonly cost?: number
  }
  readonly except: readonly Exception[]
}

export interface RequestRule {
  readonly when?: string
  readonly approve?: string
  readonly chain?: readonly string[]
  readonly except: readonly Exception[]
}

export interface FindRule {
  readonly when?: string
  readonly hide: boolean
  readonly reason?: string
  readonly except: readonly Exception[]
}

/** All named facts of one entry must hold. */
export interface Exception {
  readonly role?: string
  /** The domain in which `role` is held; absent: the table's own. */
  readonly in?: string
  readonly team?: string
  readonly purpose?: string
  readonly person?: string
  readonly kind?: string
  readonly door?: string
}

export interface PolicyTest {
  readonly name?: string
  readonly given: Readonly<Record<string, unknown>>
  readonly expect: Readonly<Record<string, unknown>>
}

export const maskNames = [
  'show-first-4',
  'show-last-4',
  'mask-alphanum',
  'truncate-to-month',
  'truncate-to-year',
  'keyed-hash',
  'mask-to-fixed-value',
  'replace-with-null',
] as const
export type MaskName = (typeof maskNames)[number]
