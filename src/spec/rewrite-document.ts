import { isDeepStrictEqual } from 'node:util'
import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { assert } from '../base/index.ts'
import { nodeAt, type Path } from './document-place.ts'

export interface Edit {
  readonly path: Path
  /** Undefined removes what is there. */
  readonly value: unknown
}

/**
 * The text with values set, added or removed; everything else stays as it is to the byte: comments, the order of keys,
 * quotes, blank lines, unknown keys. What cannot be changed in place is printed anew, comments kept.
 */
export function rewriteDocument(text: string, edits: readonly Edit[]): string {
  return edits.reduce(applied, text)
}

function applied(text: string, edit: Edit): string {
  const document = parse(text)
  assert(document.errors.length === 0, 'a document is rewritten that cannot be read')
  const wanted = withEdit(document.toJS() as unknown, edit.path, edit.value)
  if (isDeepStrictEqual(document.toJS(), wanted)) return text
  const inPlace = splice(text, document, edit)
  if (inPlace !== undefined && means(inPlace, wanted)) return inPlace
  if (edit.value === undefined) document.deleteIn(edit.path)
  else document.setIn(edit.path, document.createNode(edit.value))
  return document.toString({ lineWidth: 0, flowCollectionPadding: !text.includes('{}') && text.includes('{ ') })
}

const parse = (text: string): Document => parseDocument(text, { version: '1.2', schema: 'core', prettyErrors: false })

function means(text: string, wanted: unknown): boolean {
  const document = parse(text)
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted)
}

/** The change of one value in the plain data: what every way of writing it has to come to. */
function withEdit(value: unknown, path: Path, to: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return to
  if (Array.isArray(value)) {
    const items = [...(value as unknown[])]
    const index = Number(first)
    if (rest.length === 0 && to === undefined) items.splice(index, 1)
    else items[index] = withEdit(items[index], rest, to)
    return items
  }
  const map = { ...(value as Record<string, unknown> | null | undefined) }
  if (rest.length > 0) map[first] = withEdit(map[first], rest, to)
  else if (to === undefined) delete map[first]
  else map[first] = to
  return map
}

/** The text with the edit made where it stands, or undefined where that is not simple. */
function splice(text: string, document: Document, { path, value }: Edit): string | undefined {
  const parent = nodeAt(document, path.slice(0, -1)).node
  const { node } = nodeAt(document, path)
  if (value === undefined) return removed(text, parent, path.at(-1))
  if (node !== undefined) return replaced(text, node, value)
  if (isMap<Node, Node | null>(parent)) return inserted(text, parent, { [String(path.at(-1))]: value })
  return isSeq<Node>(parent) ? inserted(text, parent, [value]) : undefined
}

function replaced(text: string, node: Node, value: unknown): string | undefined {
  const [start, end] = node.range ?? []
  if (start === undefined || end === undefined) return undefined
  if (isScalar(node) && String(node.type).startsWith('BLOCK')) return undefined
  if (!isScalar(node) && (node as YAMLMap).flow !== true) return undefined
  const style =
    isScalar(node) && String(node.type).startsWith('QUOTE') ? (node.type as 'QUOTE_SINGLE' | 'QUOTE_DOUBLE') : 'PLAIN'
  return text.slice(0, start) + inline(value, style) + text.slice(end)
}

function inline(value: unknown, style: 'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE' = 'PLAIN'): string {
  if (typeof value === 'string' && /[\n\r]/.test(value)) return JSON.stringify(value)
  const options = { lineWidth: 0, singleQuote: true, collectionStyle: 'flow', flowCollectionPadding: false } as const
  return stringify(value, { ...options, defaultStringType: style, defaultKeyType: 'PLAIN' }).trimEnd()
}

function inserted(text: string, parent: YAMLMap<Node, Node | null> | YAMLSeq<Node>, entry: object): string | undefined {
  const last = parent.items.at(-1)
  const lastNode = last === undefined ? undefined : 'key' in last ? (last.value ?? last.key) : last
  const end = lastNode?.range?.[1]
  if (parent.flow === true) {
    const [start, close] = parent.range ?? []
    if (start === undefined || close === undefined) return undefined
    const body = inline(entry).slice(1, -1)
    return end === undefined
      ? `${text.slice(0, start + 1)}${body}${text.slice(close - 1)}`
      : `${text.slice(0, end)}, ${body}${text.slice(end)}`
  }
  const begin = last === undefined ? undefined : startOf(last, text)
  if (end === undefined || begin === undefined) return undefined
  const indent = ' '.repeat(begin - lineStart(text, begin))
  const body = stringify(entry, { lineWidth: 0, singleQuote: true }).replace(/^(?=.)/gm, indent)
  const at = text[end - 1] === '\n' ? end : lineEnd(text, end)
  const before = at === 0 || text[at - 1] === '\n' ? '' : '\n'
  return text.slice(0, at) + before + body + text.slice(at)
}

function removed(text: string, parent: Node | undefined, key: string | number | undefined): string | undefined {
  if (!(isMap<Node, Node | null>(parent) || isSeq<Node>(parent)) || parent.items.length < 2) return undefined
  const index = isMap<Node, Node | null>(parent)
    ? parent.items.findIndex(pair => isScalar(pair.key) && pair.key.value === key)
    : Number(key)
  const item = parent.items[index]
  if (item === undefined) return undefined
  const start = startOf(item, text)
  const end = ('key' in item ? (item.value ?? item.key) : item).range?.[1]
  if (start === undefined || end === undefined) return undefined
  if (parent.flow !== true) {
    const from = lineStart(text, start)
    // The first member of a list's entry shares its line with the dash.
    if (text.slice(from, start).trim() !== '') return undefined
    const to = text[end - 1] === '\n' ? end : lineEnd(text, end)
    return text.slice(0, from) + text.slice(to)
  }
  const next = parent.items[index + 1]
  const previous = parent.items[index - 1]
  if (next !== undefined) return text.slice(0, start) + text.slice(startOf(next, text) ?? end)
  const stop =
    previous === undefined ? undefined : ('key' in previous ? (previous.value ?? previous.key) : previous).range?.[1]
  return stop === undefined ? undefined : text.slice(0, stop) + text.slice(end)
}

/** Where an entry begins: its key, or the dash before a block list's item. */
function startOf(item: Pair<Node, Node | null> | Node, text: string): number | undefined {
  if ('key' in item) return item.key.range?.[0]
  const start = item.range?.[0]
  if (start === undefined) return undefined
  const line = lineStart(text, start)
  const dash = /^\s*- +$/.exec(text.slice(line, start))
  return dash === null ? start : line + text.slice(line, start).indexOf('-')
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

/** After the line break. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}
