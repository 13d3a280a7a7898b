import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { chained, chainStart, examineChain, linkProblem, type Link } from '../../src/mesh/index.ts'

const start = { seq: 0, hash: chainStart }
const bodies = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 12 })
const examine = (links: readonly Link[], original: readonly Link[]) =>
  examineChain(links, [{ ...(original.at(-1) ?? start), where: 'the anchor' }], () => true)

it('finds nothing wrong with a chain that nobody touched', () => {
  fc.assert(
    fc.property(bodies, texts => {
      const links = chained(start, texts)
      expect(examine(links, links)).toEqual([])
      expect(links.map((link, i) => linkProblem(links[i - 1] ?? start, link))).toEqual(texts.map(() => undefined))
    }),
  )
})

it('names the first entry that was changed, removed, swapped or cut off, whichever it is', () => {
  fc.assert(
    fc.property(
      bodies,
      fc.nat(),
      fc.nat(),
      fc.constantFrom('edit' as const, 'remove' as const, 'swap' as const, 'cut' as const),
      (texts, i, j, how) => {
        const links = chained(start, texts)
        const [a, b] = [i % links.length, j % links.length]
        fc.pre(how !== 'swap' || a !== b)
        const first = how === 'swap' ? Math.min(a, b) : a
        const problems = examine(tampered[how](links, a, b), links)
        expect(problems[0]).toMatchObject({ seq: first + 1, what: whatOf(how, a, links.length) })
      },
    ),
    { numRuns: 300 },
  )
})

it('behind an anchor accepts a longer chain, and never a shorter one', () => {
  fc.assert(
    fc.property(bodies, fc.nat(), (texts, n) => {
      const links = chained(start, texts)
      const part = links.slice(0, n % links.length)
      expect(examine(links, part)).toEqual([])
      expect(examine(part, links)).toMatchObject([{ seq: part.length + 1, what: 'truncated' }])
    }),
  )
})

const tampered = {
  edit: (links: readonly Link[], a: number) =>
    links.map((link, i) => (i === a ? { ...link, body: `${link.body}!` } : link)),
  remove: (links: readonly Link[], a: number) => links.filter((_, i) => i !== a),
  swap: (links: readonly Link[], a: number, b: number) =>
    links.map((link, i) => (i === a ? { ...links[b]!, seq: a + 1 } : i === b ? { ...links[a]!, seq: b + 1 } : link)),
  cut: (links: readonly Link[], a: number) => links.slice(0, a),
}

const whatOf = (how: string, a: number, length: number): string => {
  if (how === 'edit') return 'changed'
  if (how === 'swap') return 'swapped'
  return how === 'remove' && a < length - 1 ? 'removed' : 'truncated'
}
