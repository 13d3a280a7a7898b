import { canonicalJson, MeshError } from '../../base/index.ts'
import type { EntryDraft, Ledger } from '../../control/needs.ts'
import {
  chained,
  chainStart,
  examineChain,
  linkProblem,
  stateFromJson,
  stateToJson,
  type Entry,
  type Link,
} from '../../mesh/index.ts'

/** For tests and trials: the same chain as the durable ledger, kept in this process and gone with it. */
export function memoryLedger(): Ledger & { close(): void } {
  const links: Link[] = []
  let snapshot: string | undefined
  const head = (): Pick<Link, 'seq' | 'hash'> => links.at(-1) ?? { seq: 0, hash: chainStart }

  return {
    *read(after) {
      let before: Pick<Link, 'seq' | 'hash'> = links[after - 1] ?? { seq: 0, hash: chainStart }
      for (let i = after; i < links.length; i++) {
        const link = links[i]!
        const problem = linkProblem(before, link)
        if (problem !== undefined) throw new MeshError('ledger.damaged', problem, { context: { seq: link.seq } })
        before = link
        yield entryOf(link)
      }
    },
    async append(expected, drafts) {
      if (head().seq !== expected) return undefined
      const added = chained(
        head(),
        drafts.map(({ at, actor, event }) => canonicalJson({ at, actor, event })),
      )
      links.push(...added)
      return added.map(entryOf)
    },
    verify: async () => examineChain(links, [{ ...head(), where: 'the head' }], () => true),
    async saveSnapshot(state) {
      snapshot = stateToJson(state)
    },
    loadSnapshot: async () => (snapshot === undefined ? undefined : stateFromJson(snapshot)),
    close() {
      snapshot = undefined
    },
  }
}

const entryOf = ({ seq, body, hash }: Link): Entry => ({ seq, ...(JSON.parse(body) as EntryDraft), hash })
