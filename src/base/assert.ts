/** A bug if it does not hold: ends the request with `internal`, never the process. */
export function assert(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(`Bug in Meshwright: ${what}.`)
}

/** The end of a `switch` over a union: the compiler proves that it is not reached. */
export function unreachable(value: never): never {
  throw new Error(`Bug in Meshwright: unexpected ${JSON.stringify(value)}.`)
}
