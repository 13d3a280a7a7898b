import { availableParallelism, cpus, loadavg } from 'node:os'

/** One line of a benchmark's answer. */
export interface Line {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** What the value may be at most, or has to be at least; absent where it only informs. */
  readonly limit?: { readonly most: number } | { readonly least: number }
  /** What the value is made of: the two sides of a ratio, how it ran. */
  readonly note?: string
}

/** Prints the lines, marks what keeps its limit, and lets the process end with 1 where one does not. */
export function report(question: string, lines: readonly Line[]): void {
  const rows = lines.map(line => [
    line.what,
    `${shown(line.value)} ${line.unit}`.trim(),
    limitText(line),
    line.note ?? '',
  ])
  const widths = [0, 1, 2].map(i => Math.max(...rows.map(row => row[i]!.length)))
  console.log(`\n${question}`)
  console.log(`  ${machine()}`)
  for (const row of rows) console.log(`  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
  if (lines.some(line => !keeps(line))) process.exitCode = 1
}

function limitText(line: Line): string {
  const { limit } = line
  if (limit === undefined) return ''
  const bound = 'most' in limit ? `≤ ${limit.most}` : `≥ ${limit.least}`
  return `${bound} ${keeps(line) ? 'kept' : 'MISSED'}`
}

const keeps = ({ value, limit }: Line): boolean =>
  limit === undefined || ('most' in limit ? value <= limit.most : value >= limit.least)

export const shown = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

/** The load tells whether others used the machine meanwhile; then the numbers are noise. */
const machine = (): string =>
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.versions.node}, ` +
  `${new Date().toISOString().slice(0, 10)}, load ${loadavg().map(shown).join(' ')}`
