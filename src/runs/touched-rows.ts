/** Where rows are found that say what is replaced. `column` of the contract → expression over them. */
export interface TouchedRows {
  /** Empty: the rows as they were written. */
  readonly from: string
  readonly column: (name: string) => string
}
