import { isAlias, isCollection, isMap, isPair, isScalar, type Document, type Node } from 'yaml'

export type Path = readonly (string | number)[]

const plainKey = /^[A-Za-z_$][\w$-]*$/

/** `schema[0].properties[2].name`; keys with other characters as `["a.b"]`. */
export function formatPath(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`
      if (!plainKey.test(part)) return `[${JSON.stringify(part)}]`
      return i === 0 ? part : `.${part}`
    })
    .join('')
}

/** The inverse of `formatPath`; undefined for text that is no path. */
export function parsePath(text: string): Path | undefined {
  const parts: (string | number)[] = []
  const part = /\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y
  while (part.lastIndex < text.length) {
    const match = part.exec(text)
    if (match === null) return undefined
    if (match[1] !== undefined) parts.push(match[1])
    else if (match[2] !== undefined) parts.push(Number(match[2]))
    else parts.push(JSON.parse(match[3]!) as string)
  }
  return parts
}

export interface Found {
  readonly node?: Node
  readonly key?: Node
  /** The nearest thing that exists on the way: where something is missing. */
  readonly nearest: Node | undefined
}

/** What lies at a path, aliases followed. */
export function nodeAt(document: Document, path: Path): Found {
  let node = followed(document, document.contents)
  let nearest = node
  let key: Node | undefined
  for (const part of path) {
    key = undefined
    if (isMap(node)) {
      const pair = node.items.find(item => isPair(item) && isScalar(item.key) && item.key.value === part)
      key = pair?.key as Node | undefined
      node = followed(document, (pair?.value as Node | null | undefined) ?? undefined)
    } else if (isCollection(node) && typeof part === 'number') {
      node = followed(document, node.items[part] as Node | undefined)
    } else {
      node = undefined
    }
    nearest = node ?? key ?? nearest
    if (node === undefined) {
      const last = part === path.at(-1)
      return { ...(last && key !== undefined ? { key } : {}), nearest }
    }
  }
  return { ...(node === undefined ? {} : { node }), ...(key === undefined ? {} : { key }), nearest }
}

const followed = (document: Document, node: Node | null | undefined): Node | undefined =>
  isAlias(node) ? node.resolve(document) : (node ?? undefined)
