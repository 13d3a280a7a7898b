import { assert } from '../base/index.ts'
import { Num, type Tree } from './tree.ts'

export type Node = { readonly [key: string]: Tree }

export const isList = (tree: Tree | undefined): tree is readonly Tree[] => Array.isArray(tree)
export const isNode = (tree: Tree | undefined): tree is Node =>
  typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !(tree instanceof Num)

/** A member that is a text; empty where it is absent. */
export function textOf(node: Node, field: string): string {
  const value = node[field]
  return typeof value === 'string' ? value : ''
}

/** A member that is a list of nodes or texts; empty where it is absent. */
export function listOf(node: Node, field: string): readonly Tree[] {
  const value = node[field]
  return isList(value) ? value : []
}

export function nodeOf(tree: Tree | undefined, what: string): Node {
  assert(isNode(tree), `${what} is no node of the engine's tree`)
  return tree
}

/** The offset in the statement's UTF-8 bytes, where the node has one: the engine says "none" by 2^64 − 1. */
export function locationOf(node: Node): number | undefined {
  const value = node['query_location']
  if (!(value instanceof Num)) return undefined
  const offset = Number(value.text)
  return Number.isSafeInteger(offset) ? offset : undefined
}

/** Every node below (and with) a tree, parents first. */
export function* nodesIn(tree: Tree): Generator<Node> {
  const waiting: Tree[] = [tree]
  while (waiting.length > 0) {
    const next = waiting.pop()!
    if (isNode(next)) yield next
    if (isList(next)) for (let i = next.length - 1; i >= 0; i--) waiting.push(next[i]!)
    else if (isNode(next)) for (const child of Object.values(next).reverse()) waiting.push(child)
  }
}
