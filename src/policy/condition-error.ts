/** Why the text of a condition is refused, where, and what to write: `at` is an offset in UTF-16 units. */
export class ConditionError extends Error {
  readonly at: number
  readonly fix: string

  constructor(message: string, at: number, fix = subset) {
    super(message)
    this.name = 'ConditionError'
    this.at = at
    this.fix = fix
  }
}

const subset = 'Write comparisons, AND, OR, NOT, IN, BETWEEN, LIKE and IS NULL, on columns and principal.ATTRIBUTE.'
