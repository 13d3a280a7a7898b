import { MeshError } from '../base/index.ts'
import { foldAscii, newestMajor, type MeshState, type Principal } from '../mesh/index.ts'
import { decideQuery } from '../policy/index.ts'

interface Shown {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  readonly notes: readonly string[]
}

/**
 * Rows that no query reads, as their looker may see them: rules bind owners and engineers too. What a rule masks for
 * them is left empty, with the values that reasons quote. Where a rule keeps rows of the table from them, nobody can say
 * which of these they would be, and they see none.
 */
export function underMasks(
  state: MeshState,
  principal: Principal,
  table: string,
  { columns, rows }: Omit<Shown, 'notes'>,
  now: Date,
): Shown {
  const found = state.tables.get(foldAscii(table))
  if (found === undefined || found.majors.size === 0) return { columns, rows, notes: [] }
  const version = newestMajor(found)
  const tables = [{ version, columns: version.table.columns }]
  const decision = decideQuery({ state, principal, purpose: 'upkeep', door: 'http', now, tables })
  if (decision.verdict === 'deny') throw decision.error
  const seen = decision.tables[0]!
  const [filter] = seen.filters
  if (filter !== undefined) {
    throw new MeshError(
      'policy.denied',
      `The rule ${filter.rule} keeps rows of ${table} from you, and of these nobody can say which.`,
      {
        rule: filter.rule,
        fix: 'Ask somebody from whom no rule keeps rows of it.',
      },
    )
  }
  const masked = seen.columns.filter(column => column.mask !== undefined || column.nested.length > 0)
  if (masked.length === 0) return { columns, rows, notes: [] }
  const names = new Set(masked.map(column => foldAscii(column.name)))
  const rules = [
    ...new Set(masked.flatMap(column => [...column.rules, ...column.nested.flatMap(inner => inner.rules)])),
  ]
  // Our own column comes first; what it quotes may be of a masked one.
  const shown = rows.map(row =>
    row.map((value, i) => {
      if (i === 0 && columns[0] === '_reason') return typeof value === 'string' ? withoutQuoted(value) : value
      return names.has(foldAscii(columns[i]!)) ? null : value
    }),
  )
  const list = masked.map(column => column.name).join(', ')
  return { columns, rows: shown, notes: [`${list}: masked for you by ${rules.join(', ')}, and left empty here.`] }
}

const withoutQuoted = (reason: string): string => reason.replace(/'(?:[^']|'')*'/g, "'…'")
