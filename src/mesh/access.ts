/** The proposal of a grant, with its approval chain and the answers so far. */
export interface AccessRequest {
  readonly id: string
  /** Who would get it: a person, `team:<id>`, a service, an agent, `product:<domain>.<product>`. */
  readonly who: string
  readonly requestedBy: string
  readonly table: string
  readonly major: number
  /** Absent: all. */
  readonly columns?: readonly string[]
  /** An SQL condition of the portable subset that bounds the rows. */
  readonly rows?: string
  readonly purpose: string
  /** For `product:` grants: the purposes that the product's outputs serve. */
  readonly serves?: readonly string[]
  readonly days: number
  readonly reason?: string
  readonly at: string
  readonly state: 'requested' | 'approved' | 'rejected' | 'withdrawn'
  /** Every entry must say yes: a role of the table's domain, or `team:<id>`. Empty: a rule approved. */
  readonly chain: readonly string[]
  readonly answers: readonly AccessAnswer[]
  /** The rule that approved it without a person. */
  readonly approvedByRule?: string
  /** Grant that it became. */
  readonly grant?: string
}

export interface AccessAnswer {
  readonly approver: string
  readonly by: string
  readonly answer: 'approved' | 'rejected'
  readonly reason?: string
  readonly at: string
}

/** An active agreement: who → table, purpose, columns and rows, from, until. */
export interface Grant {
  readonly id: string
  readonly request: string
  readonly who: string
  readonly table: string
  readonly major: number
  readonly columns?: readonly string[]
  readonly rows?: string
  readonly purpose: string
  readonly serves?: readonly string[]
  /** ISO instants. */
  readonly from: string
  readonly until: string
  readonly revoked?: { readonly at: string; readonly by: string; readonly reason?: string }
}

export interface TokenRecord {
  readonly id: string
  /** SHA-256 of the token; the token itself is shown once and kept nowhere. */
  readonly digest: string
  readonly who: string
  /** What `who` was when the token was made: a service that the mesh no longer knows does not become a person. */
  readonly as?: 'person' | 'service' | 'agent'
  readonly purpose?: string
  readonly createdBy: string
  readonly at: string
  readonly until?: string
  readonly revoked?: string
}
