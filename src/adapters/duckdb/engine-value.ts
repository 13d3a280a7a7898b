import type { EngineValue } from '../../runs/needs.ts'

/** Reads a value as a worker writes it (`WireValue`): arrays begin with their kind. */
export function engineValue(wire: unknown): EngineValue {
  if (!Array.isArray(wire)) return wire as EngineValue
  const [kind, ...rest] = wire as [unknown, ...unknown[]]
  switch (kind) {
    case 'int':
      return BigInt(String(rest[0]))
    case 'double':
      return Number(rest[0])
    case 'list':
      return rest.map(engineValue)
    case 'struct':
      return Object.fromEntries(
        (rest as [unknown, unknown][]).map(([name, value]) => [String(name), engineValue(value)]),
      )
    default:
      throw new Error('A worker sent a value that is none.')
  }
}
