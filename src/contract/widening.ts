/**
 * Whether every value of one type is a value of the other, by the promotions that Iceberg allows for a column in place
 * (specification, "Schema Evolution"): int → long, float → double, a decimal to more digits of the same scale.
 */
export function isWidening(from: string, to: string): boolean {
  if (wider[from]?.includes(to)) return true
  const [old, now] = [decimal.exec(from), decimal.exec(to)]
  return old !== null && now !== null && old[2] === now[2] && Number(now[1]) > Number(old[1])
}

const wider: Readonly<Record<string, readonly string[]>> = {
  TINYINT: ['SMALLINT', 'INTEGER', 'BIGINT'],
  SMALLINT: ['INTEGER', 'BIGINT'],
  INTEGER: ['BIGINT'],
  FLOAT: ['DOUBLE'],
}

const decimal = /^DECIMAL\((\d+), ?(\d+)\)$/
