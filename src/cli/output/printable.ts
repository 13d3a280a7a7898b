/** Text of others for a terminal: control characters, which could move its cursor or rename its window, are written out. */
export const printable = (text: string): string =>
  text.replace(/[^\P{Cc}\t\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, c =>
    c === '\u001b' ? String.raw`\e` : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** The same on one line. */
export const oneLine = (text: string): string =>
  printable(text)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', ' ')
