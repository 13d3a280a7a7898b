import { chainStart, linkHash, type Anchor, type ChainProblem, type Link } from './chain.ts'

/**
 * Everything that is wrong with a chain, in the order of its entries. `links` come by ascending `seq`; `readable` says
 * whether a body can be understood. An anchor may lie behind the chain (the process died between commit and anchor), never
 * ahead of it.
 */
export function examineChain(
  links: Iterable<Link>,
  anchors: readonly Anchor[],
  readable: (body: string) => boolean,
): readonly ChainProblem[] {
  const problems: ChainProblem[] = []
  const broken: Link[] = []
  const anchored = new Map<number, string>()
  const wanted = new Set(anchors.map(anchor => anchor.seq))
  let head: Pick<Link, 'seq' | 'hash'> = { seq: 0, hash: chainStart }
  let doubtful = false
  for (const link of links) {
    const gap = link.seq > head.seq + 1
    if (gap) problems.push(removed(head.seq + 1, link.seq - 1))
    if (!readable(link.body)) problems.push(unreadable(link.seq))
    else if (linkHash(link.previous, link.seq, link.body) !== link.hash) broken.push(link)
    else if (link.previous !== head.hash && !gap && !doubtful) problems.push(rewritten(head.seq, link.seq))
    doubtful = broken.at(-1) === link || problems.at(-1)?.seq === link.seq
    head = link
    if (wanted.has(link.seq)) anchored.set(link.seq, link.hash)
  }
  problems.push(...broken.map(link => swapped(link, broken) ?? changed(link.seq)))
  if (problems.length === 0 || anchors.some(anchor => anchor.seq > head.seq))
    problems.push(...anchors.flatMap(anchor => anchorProblem(anchor, head.seq, anchored.get(anchor.seq))))
  return withoutRepeats(problems.sort((a, b) => a.seq - b.seq))
}

/** The row holds what was written as another one: the hash fits there. Only rows that are wrong can be swapped ones. */
function swapped(link: Link, broken: readonly Link[]): ChainProblem | undefined {
  const neighbours = [link.seq - 1, link.seq + 1].map(seq => ({ seq, previous: link.previous, hash: link.hash }))
  const places = [...broken.slice(0, 1000).filter(other => other !== link), ...neighbours]
  const home = places.find(
    place =>
      linkHash(place.previous, place.seq, link.body) === place.hash ||
      linkHash(link.previous, place.seq, link.body) === link.hash,
  )
  if (home === undefined) return undefined
  return { seq: link.seq, what: 'swapped', message: `Entry ${link.seq} holds what was written as entry ${home.seq}.` }
}

const changed = (seq: number): ChainProblem => ({
  seq,
  what: 'changed',
  message: `Entry ${seq} is not what was written: its hash does not fit.`,
})

const rewritten = (seq: number, next: number): ChainProblem => ({
  seq: seq === 0 ? next : seq,
  what: 'changed',
  message: `Entry ${seq} was written anew: entry ${next} was made after another one.`,
})

const removed = (first: number, last: number): ChainProblem => ({
  seq: first,
  what: 'removed',
  message: first === last ? `Entry ${first} is missing.` : `Entries ${first} to ${last} are missing.`,
})

const unreadable = (seq: number): ChainProblem => ({
  seq,
  what: 'unreadable',
  message: `Entry ${seq} cannot be read.`,
})

function anchorProblem(anchor: Anchor, last: number, hash: string | undefined): readonly ChainProblem[] {
  if (anchor.seq > last) {
    const message = `The tail is cut off: ${anchor.where} knows ${anchor.seq} entries, and ${last} are there.`
    return [{ seq: last + 1, what: 'truncated', message }]
  }
  if (anchor.seq === 0 || hash === anchor.hash) return []
  const message = `The chain up to entry ${anchor.seq} was written anew: ${anchor.where} knows another hash.`
  return [{ seq: anchor.seq, what: 'changed', message }]
}

const withoutRepeats = (problems: readonly ChainProblem[]) =>
  problems.filter((p, i) => problems.findIndex(q => q.seq === p.seq && q.what === p.what) === i)
