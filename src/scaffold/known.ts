/** What the mesh has agreed on, as far as it is known here. */
export interface Known {
  /** From open to strict. */
  readonly classes: readonly string[]
  readonly defaultClass: string
  readonly identifiers: readonly KnownIdentifier[]
}

/** A key that domains share. */
export interface KnownIdentifier {
  readonly id: string
  /** `domain.table.column` that holds all values. */
  readonly is?: string
  /** What its values look like. */
  readonly pattern?: string
  /** It tells people apart. */
  readonly person?: boolean
}
