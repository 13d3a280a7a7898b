import type { Pointers } from '../../lake/index.ts'

/** Pointers that last as long as the process, for tests and trials. */
export function memoryPointers(): Pointers {
  const current = new Map<string, string>()
  return {
    get: async table => current.get(table),
    swap: async moves => {
      if (moves.some(move => current.get(move.table) !== move.from)) return false
      for (const move of moves) current.set(move.table, move.to)
      return true
    },
  }
}
