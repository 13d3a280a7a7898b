import { isAlias, isMap, isNode, isScalar, isSeq, type Alias, type Document, type Node, type Pair } from 'yaml'
import { limits, nearest } from '../base/index.ts'
import type { Path } from './document-place.ts'

export interface ValueProblem {
  readonly code: string
  readonly message: string
  readonly fix: string
  readonly path: Path
  readonly offset: number
}

const hostileKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** What all aliases of a document may add together: an alias bomb of ten lines would be a billion. */
const aliasedNodesMax = 10_000

/** A document as plain data, aliases written out. Keys that are double, hostile or no text are left out and reported. */
export function plainValue(document: Document): {
  readonly value: unknown
  readonly problems: readonly ValueProblem[]
} {
  const problems: ValueProblem[] = []
  const anchors = new Set<string>()
  let aliases = 0
  let aliasedNodes = 0
  let exhausted = false
  const value = plain(document.contents, [], 0, [])
  return exhausted ? { value: undefined, problems } : { value, problems }

  function plain(node: Node | Pair | null | undefined, path: Path, aliased: number, within: readonly Node[]): unknown {
    if (exhausted || node === null || node === undefined) return null
    if (aliased > 0 && ++aliasedNodes > aliasedNodesMax) return exhaust(path, aliased)
    if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor)
    if (isAlias(node)) {
      const target = node.resolve(document)
      if (target === undefined) return unknownAlias(node, path)
      if (++aliases > limits.documentAliasesMax || within.includes(target)) {
        return exhaust(path, node.range?.[0] ?? 0)
      }
      return plain(target, path, node.range?.[0] ?? 1, [...within, target])
    }
    if (isScalar(node)) return node.value ?? null
    if (isSeq<Node>(node)) return node.items.map((item, i) => plain(item, [...path, i], aliased, within))
    if (isMap<Node, Node | null>(node)) return plainMap(node.items, path, aliased, within)
    return null
  }

  function plainMap(
    items: readonly Pair<Node, Node | null>[],
    path: Path,
    aliased: number,
    within: readonly Node[],
  ): unknown {
    const map: Record<string, unknown> = {}
    for (const { key: keyNode, value: valueNode } of items) {
      const key = isScalar(keyNode) ? keyNode.value : undefined
      const offset = (keyNode as Node | null)?.range?.[0] ?? 0
      if (typeof key !== 'string') {
        const written = isScalar(keyNode) ? (keyNode.source ?? '') : ''
        const fix = written === '' ? 'Write a text before the colon.' : `Quote it: '${written}'`
        problems.push({ code: 'document.key', message: 'This key is no text.', fix, path, offset })
      } else if (hostileKeys.has(key)) {
        const message = `The key ${key} is not allowed in any document.`
        problems.push({ code: 'document.hostile-key', message, fix: 'Choose another name.', path, offset })
      } else if (Object.hasOwn(map, key)) {
        const message = `The key ${key} stands here twice.`
        problems.push({
          code: 'document.duplicate-key',
          message,
          fix: 'Keep one of them.',
          path: [...path, key],
          offset,
        })
      } else {
        map[key] = plain(valueNode, [...path, key], aliased, within)
      }
    }
    return map
  }

  function unknownAlias({ source, range }: Alias, path: Path): null {
    const near = nearest(source, anchors)
    const message = `*${source} refers to an anchor &${source}, and none stands before it.`
    const fix =
      near === undefined
        ? `Set the anchor first: &${source}; or quote a text that begins with a star: '*${source}'`
        : `Did you mean *${near}?`
    problems.push({ code: 'document.alias-unknown', message, fix, path, offset: range?.[0] ?? 0 })
    return null
  }

  function exhaust(path: Path, offset: number): null {
    exhausted = true
    const message =
      `The aliases of the document write out to too much: at most ${limits.documentAliasesMax} aliases ` +
      `and ${aliasedNodesMax} values through them are read, and none within itself.`
    problems.push({ code: 'document.aliases', message, fix: 'Write the values out.', path, offset })
    return null
  }
}
