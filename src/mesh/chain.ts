import { createHash } from 'node:crypto'

/** One row of a hash-chained log as it lies in a store. What the body says is the log's own business. */
export interface Link {
  /** 1, 2, 3 … without gaps. */
  readonly seq: number
  readonly body: string
  /** Hash of the row before, `chainStart` for the first. */
  readonly previous: string
  readonly hash: string
}

/** The head of a chain, written down in a second place so that a cut tail is noticed. */
export interface Anchor {
  readonly seq: number
  readonly hash: string
  /** Where it lies, for the message. */
  readonly where: string
}

export interface ChainProblem {
  readonly seq: number
  readonly what: 'changed' | 'removed' | 'swapped' | 'truncated' | 'unreadable'
  readonly message: string
}

export const chainStart = '0'.repeat(64)

/** SHA-256 over previous hash, sequence number and body, each on a line of its own: anybody can recompute it. */
export const linkHash = (previous: string, seq: number, body: string): string =>
  createHash('sha256').update(`${previous}\n${seq}\n${body}`).digest('hex')

/** The rows that follow a head. */
export function chained(head: { readonly seq: number; readonly hash: string }, bodies: readonly string[]): Link[] {
  let { seq, hash } = head
  return bodies.map(body => {
    const previous = hash
    seq += 1
    hash = linkHash(previous, seq, body)
    return { seq, body, previous, hash }
  })
}

/** Why a row does not follow the one before it; undefined where it does. */
export function linkProblem(head: { readonly seq: number; readonly hash: string }, link: Link): string | undefined {
  if (link.seq !== head.seq + 1) return `Entry ${head.seq + 1} is missing.`
  if (linkHash(link.previous, link.seq, link.body) !== link.hash) return `Entry ${link.seq} is not what was written.`
  return link.previous === head.hash ? undefined : `Entry ${link.seq} does not follow entry ${head.seq} as it is now.`
}
