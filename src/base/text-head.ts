/** What the first bytes of a file are: text in one byte or more for each character, in two for each, or no text at all. */
export type HeadKind = 'text' | 'utf-16' | 'binary'

/** So many bytes of a file are looked at. */
export const headBytes = 4096

/** A text without an encoding or a compression of its own holds no NUL. */
export function kindOfHead(head: Uint8Array): HeadKind {
  const marked = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  if (marked) return 'utf-16'
  if (!head.includes(0)) return 'text'
  return isWide(head) ? 'utf-16' : 'binary'
}

/** Every second byte is NUL and the others are none: Latin letters, two bytes each. */
function isWide(head: Uint8Array): boolean {
  const pairs = Math.floor(head.length / 2)
  let [first, second] = [0, 0]
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) first++
    if (head[2 * i + 1] === 0) second++
  }
  return (second > pairs * 0.9 && first === 0) || (first > pairs * 0.9 && second === 0)
}
