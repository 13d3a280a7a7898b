/** `domain.yaml`: a business unit that owns data. */
export interface Domain {
  readonly id: string
  readonly title: string
  readonly description?: string
  readonly parent?: string
  readonly tags: readonly string[]
  readonly team: string
  readonly members: readonly { readonly person: string; readonly roles: readonly DomainRole[] }[]
  readonly contact?: { readonly channel?: string; readonly answersWithin?: string }
  readonly notify: Readonly<Record<string, readonly string[]>>
  readonly infrastructure: Infrastructure
  /** Old name (`domain.table`) → table of this domain. */
  readonly aliases: Readonly<Record<string, string>>
}

export const domainRoles = ['product-owner', 'data-engineer', 'domain-expert', 'consumer'] as const
export type DomainRole = (typeof domainRoles)[number]
export type Role = DomainRole | 'governance-member' | 'platform-engineer'

/** A domain's calibration of the platform. */
export interface Infrastructure {
  readonly engine: 'duckdb' | 'trino'
  readonly storage: string
  readonly limits: { readonly memoryMb: number; readonly timeoutS: number; readonly concurrency: number }
}

export const defaultInfrastructure: Infrastructure = {
  engine: 'duckdb',
  storage: 'default',
  limits: { memoryMb: 2048, timeoutS: 300, concurrency: 4 },
}

/** Names that no domain may have: they mean something to an engine or to us. */
export const reservedDomainIds: ReadonlySet<string> = new Set([
  'main',
  'recurring',
  'temp',
  'system',
  'memory',
  'pg_catalog',
  'information_schema',
  'pg_temp',
  'mesh',
  'platform',
])
