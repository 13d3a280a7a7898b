/** Turns the engine's offsets, which count UTF-8 bytes, into offsets of a JavaScript text. */
export function offsetOfByte(sql: string, byte: number): number {
  let bytes = 0
  for (let i = 0; i < sql.length; i++) {
    if (bytes >= byte) return i
    const code = sql.codePointAt(i)!
    if (code > 0xffff) i++
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return sql.length
}

/** 1-based line and column of an offset in UTF-8 bytes; the column counts UTF-16 units. */
export function placeOf(sql: string, byte: number): { readonly line: number; readonly column: number } {
  const before = sql.slice(0, offsetOfByte(sql, byte))
  const start = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: before.length - start + 1 }
}
