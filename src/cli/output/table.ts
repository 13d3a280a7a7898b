import { oneLine } from './printable.ts'

export interface TableColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Rows in columns that fit a width: the widest columns give way first, and cut text says so by `…`. */
export function textTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string {
  const cells = rows.map(row => columns.map((_, i) => oneLine(row[i] ?? '')))
  const natural = columns.map((column, i) =>
    Math.max(widthOf(oneLine(column.title)), ...cells.map(row => widthOf(row[i]!))),
  )
  const widths = width === undefined ? natural : fitted(natural, width - gap.length * (columns.length - 1))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => padded(cut(cell, widths[i]!), widths[i]!, columns[i]!.align ?? 'left'))
      .join(gap)
      .trimEnd()
  const rule = widths.map(w => '─'.repeat(w)).join(gap)
  return [line(columns.map(c => oneLine(c.title))), rule, ...cells.map(line)].join('\n')
}

const gap = '  '
const widthMin = 6

/** Takes from the widest column until the line fits or every column is as narrow as is readable. */
function fitted(natural: readonly number[], available: number): readonly number[] {
  const widths = [...natural]
  let over = widths.reduce((sum, w) => sum + w, 0) - available
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths))
    const next = Math.max(widthMin, ...widths.filter((_, i) => i !== widest))
    const room = widths[widest]! - Math.min(next, widths[widest]! - 1)
    if (widths[widest]! <= widthMin) break
    const taken = Math.min(over, Math.max(1, room))
    widths[widest]! -= taken
    over -= taken
  }
  return widths
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let used = 0
  let kept = ''
  for (const c of text) {
    used += widthOf(c)
    if (used > width - 1) break
    kept += c
  }
  return `${kept}…`
}

const padded = (text: string, width: number, align: 'left' | 'right') => {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'right' ? space + text : text + space
}

/** Columns on a terminal: East Asian wide characters and emoji take two, marks that combine none. */
function widthOf(text: string): number {
  let width = 0
  for (const c of text) width += /\p{Mark}/u.test(c) ? 0 : wide.test(c) ? 2 : 1
  return width
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
