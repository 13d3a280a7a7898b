import { Refusal } from './refusal.ts'

/** A refusal that knows a line and column of a statement, with that line and a caret under the place. */
export function pointingAt(sql: string, thrown: unknown): unknown {
  if (!(thrown instanceof Refusal)) return thrown
  const { line, column } = (thrown.problem.context ?? {}) as { line?: unknown; column?: unknown }
  if (typeof line !== 'number' || typeof column !== 'number') return thrown
  const text = sql.split('\n')[line - 1]
  return text === undefined ? thrown : new Refusal(thrown.problem, marked(text, line, column))
}

/** Long lines are cut around the place, so that the caret stands under it on a narrow terminal too. */
function marked(text: string, line: number, column: number): string {
  const start = Math.max(0, column - 1 - widthMax / 2)
  const shown = text.slice(start, start + widthMax).replaceAll('\t', ' ')
  const head = `  ${line} | ${start > 0 ? '…' : ''}`
  return `${head}${shown}${start + widthMax < text.length ? '…' : ''}\n${' '.repeat(head.length + column - 1 - start)}^`
}

const widthMax = 70
