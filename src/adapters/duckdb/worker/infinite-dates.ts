const dateMax = 0x7fffffff

/** Whether buffers of an Arrow format are dates or timestamps, which the engine can hold infinite. */
export const mayBeInfinite = (format: string): boolean => format === 'tdD' || /^ts[smun]:/.test(format)

/** The engine keeps infinity as the largest number, and its opposite; read as numbers they are years that never were. */
export function holdsInfinity(format: string, bytes: Buffer): boolean {
  if (format === 'tdD') {
    for (let at = 0; at + 4 <= bytes.length; at += 4) if (Math.abs(bytes.readInt32LE(at)) === dateMax) return true
    return false
  }
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const high = bytes.readInt32LE(at + 4)
    if (high === 0x7fffffff && bytes.readUInt32LE(at) === 0xffffffff) return true
    if (high === -0x80000000 && bytes.readUInt32LE(at) === 1) return true
  }
  return false
}
