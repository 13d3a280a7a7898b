/** Why the text of a condition is refused, and where: `at` is an offset in UTF-16 units. */
export class ConditionError extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.name = 'ConditionError'
    this.at = at
  }
}
