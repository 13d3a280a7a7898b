/** Text of others for a terminal: control characters, which could move its cursor or rename its window, are written out. */
export const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- exactly those are meant
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, c =>
    c === '\u001b' ? String.raw`\e` : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** The same on one line. */
export const oneLine = (text: string): string =>
  printable(text)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', ' ')
