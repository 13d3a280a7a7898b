import { Composer, isScalar, LineCounter, Parser, type CST, type Document } from 'yaml'
import { limits, type Issue } from '../base/index.ts'
import { formatPath, nodeAt, type Path } from './document-place.ts'
import { plainValue } from './plain-value.ts'
import { offsetInText } from './scalar-offset.ts'
import { lostCharacter } from './lost-character.ts'
import type { TextFile } from './workspace.ts'

/** A place in a text: 1-based, columns in UTF-16 units. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** One YAML text, read once: its plain value, and where everything in it stands. */
export interface YamlDocument {
  readonly file: string
  /** Undefined where the text cannot be read; `issues` says why. */
  readonly value: unknown
  readonly issues: readonly Issue[]
  /** Of the value at the path or of its key; of the nearest parent where there is none. */
  readonly placeOf: (path: Path, where?: 'key' | 'value') => Place
  /** Of a character of the text at the path. */
  readonly placeIn: (path: Path, at: number) => Place
  /** A scalar as it was written, without quotes: `1.10` stays `1.10`. */
  readonly sourceAt: (path: Path) => string | undefined
}

/**
 * YAML 1.2 with the core schema: dates stay text, `NO` is text. Refused: what is too large or too deep, too many aliases,
 * keys that are double or that meddle with prototypes, several documents in one file, unknown tags.
 */
export function readYaml({ path: file, text }: TextFile): YamlDocument {
  const bytes = Buffer.byteLength(text)
  if (bytes > limits.documentBytesMax) {
    const message = `The document has ${bytes} bytes; at most ${limits.documentBytesMax} are read.`
    return unreadable(file, [tooMuch(file, 'document.too-large', message)])
  }
  const lost = lostCharacter(file, text)
  if (lost !== undefined) return unreadable(file, [lost])
  const lines = new LineCounter()
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  if (depthOf(tokens) > limits.documentDepthMax) {
    const message = `The document nests deeper than ${limits.documentDepthMax} levels.`
    return unreadable(file, [tooMuch(file, 'document.too-deep', message)])
  }
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const [document, second] = composed(tokens)
  const syntax = syntaxIssues(file, document, second, at)
  if (document === undefined || syntax.length > 0) return unreadable(file, syntax)

  const placeOf = (path: Path, where: 'key' | 'value' = 'value'): Place => {
    const { node, key, nearest } = nodeAt(document, path)
    return at((where === 'key' ? (key ?? node) : (node ?? key))?.range?.[0] ?? nearest?.range?.[0] ?? 0)
  }
  const placeIn = (path: Path, offset: number): Place => {
    const { node } = nodeAt(document, path)
    return isScalar(node) ? at(offsetInText(text, node, offset)) : placeOf(path)
  }
  const { value, problems } = plainValue(document)
  const issues = problems.map(({ code, message, fix, path, offset }): Issue => ({
    code,
    message,
    fix,
    severity: 'error',
    file,
    ...at(offset),
    ...(path.length === 0 ? {} : { path: formatPath(path) }),
  }))
  const sourceAt = (path: Path) => {
    const { node } = nodeAt(document, path)
    return isScalar(node) ? node.source : undefined
  }
  return { file, value, issues, placeOf, placeIn, sourceAt }
}

const composed = (tokens: readonly CST.Token[]): readonly Document[] => [
  ...new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, prettyErrors: false, merge: false }).compose(
    tokens,
    true,
    0,
  ),
]

/** Levels of collections, counted without recursion: a hostile text must not exhaust the stack. */
function depthOf(tokens: readonly CST.Token[]): number {
  let deepest = 0
  const open: { readonly token: CST.Token | null | undefined; readonly depth: number }[] = []
  for (const token of tokens) {
    open.push({ token: token.type === 'document' ? token.value : token, depth: 1 })
    while (open.length > 0) {
      const { token: next, depth } = open.pop()!
      if (next === null || next === undefined || !('items' in next)) continue
      deepest = Math.max(deepest, depth)
      if (deepest > limits.documentDepthMax) return deepest
      for (const item of next.items) {
        if (item.key !== undefined) open.push({ token: item.key, depth: depth + 1 })
        if (item.value !== undefined) open.push({ token: item.value, depth: depth + 1 })
      }
    }
  }
  return deepest
}

function syntaxIssues(
  file: string,
  document: Document | undefined,
  second: Document | undefined,
  at: (offset: number) => Place,
): readonly Issue[] {
  const issues = [...(document?.errors ?? []), ...(document?.warnings ?? [])].map((error): Issue => {
    return {
      code: error.code === 'TAG_RESOLVE_FAILED' ? 'document.tag' : 'document.syntax',
      message: `The YAML cannot be read: ${error.message.replace(/\.?$/, '.')}`,
      fix: syntaxFix(error.code, error.message),
      severity: 'error',
      file,
      ...at(error.pos[0]),
    }
  })
  if (issues.length > 0) return issues
  if (second !== undefined) {
    return [
      {
        code: 'document.several',
        message: 'The file holds several YAML documents; one is read from each file.',
        fix: 'Move what follows `---` into a file of its own.',
        severity: 'error',
        file,
        ...at(second.range?.[0] ?? 0),
      },
    ]
  }
  if (document?.contents === null || document?.contents === undefined) {
    return [
      {
        code: 'document.empty',
        message: 'The document is empty.',
        fix: 'Write it, or delete the file.',
        severity: 'error',
        file,
        line: 1,
        column: 1,
      },
    ]
  }
  return []
}

function syntaxFix(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'Indent with spaces; YAML allows no tabs there.'
  if (/Nested mappings|Implicit keys|Unexpected .* in plain/i.test(message))
    return 'Quote a text that holds a colon or begins with a sign.'
  return 'Mend the text at this place.'
}

const tooMuch = (file: string, code: string, message: string): Issue => ({
  code,
  message,
  fix: 'Split the document or make it smaller.',
  severity: 'error',
  file,
  line: 1,
  column: 1,
})

const unreadable = (file: string, issues: readonly Issue[]): YamlDocument => ({
  file,
  value: undefined,
  issues,
  placeOf: () => ({ line: 1, column: 1 }),
  placeIn: () => ({ line: 1, column: 1 }),
  sourceAt: () => undefined,
})
