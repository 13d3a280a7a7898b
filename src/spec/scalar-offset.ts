import { Scalar } from 'yaml'

/**
 * Where the character at an offset of a scalar's value stands in the text. Of folded and many-line scalars, whose line
 * breaks are no longer those of the text, it is the scalar's own place.
 */
export function offsetInText(text: string, scalar: Scalar, at: number): number {
  const [start, end] = scalar.range ?? [0, 0]
  const written = text.slice(start, end)
  if (scalar.type === Scalar.BLOCK_LITERAL) return start + offsetInBlock(written, at)
  if (written.includes('\n')) return start
  switch (scalar.type) {
    case Scalar.PLAIN:
      return start + Math.min(at, written.length)
    case Scalar.QUOTE_SINGLE:
      return start + afterUnits(written, at, /''|[\s\S]/y)
    case Scalar.QUOTE_DOUBLE:
      return start + afterUnits(written, at, /\\x..|\\u.{4}|\\U.{8}|\\.|[\s\S]/y)
    default:
      return start
  }
}

/** Past the opening quote and `at` characters of the value, each written as one unit. */
function afterUnits(written: string, at: number, unit: RegExp): number {
  unit.lastIndex = 1
  for (let n = 0; n < at && unit.lastIndex < written.length - 1; n++) unit.exec(written)
  return Math.min(unit.lastIndex, written.length - 1)
}

/** Lines of a `|` block are those of the value, each behind the indentation of the first. */
function offsetInBlock(written: string, at: number): number {
  const first = written.indexOf('\n') + 1
  const indent = /^(?:[ ]*\n)*([ ]*)/.exec(written.slice(first))?.[1]?.length ?? 0
  let [offset, left] = [first, at]
  for (;;) {
    const end = written.indexOf('\n', offset)
    const skipped = Math.min(indent, (end < 0 ? written.length : end) - offset)
    const length = (end < 0 ? written.length : end) - offset - skipped
    if (left <= length || end < 0) return offset + skipped + Math.min(left, length)
    left -= length + 1
    offset = end + 1
  }
}
