import type { Issue } from '../base/index.ts'

/** Bytes that are no UTF-8 come as U+FFFD: what stood there is gone, and a document with it would be taken for another. */
export function lostCharacter(file: string, text: string): Issue | undefined {
  const at = text.indexOf('\uFFFD')
  if (at < 0) return undefined
  const before = text.slice(0, at)
  return {
    code: 'document.encoding',
    message: 'The file is not UTF-8: the character that stands here cannot be read.',
    fix: 'Save the file as UTF-8.',
    severity: 'error',
    file,
    line: before.split('\n').length,
    column: at - before.lastIndexOf('\n'),
  }
}
