import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { policyKey, type MeshState, type Policy } from '../../src/mesh/index.ts'
import { decideQuery, joinMasks, printCondition } from '../../src/policy/index.ts'
import { maskNames, type MaskName } from '../../src/mesh/index.ts'
import { anyMesh, anyPolicy, anyQuestion, closingPolicy, localClosingPolicy } from './arbitrary-mesh.ts'
import { answer, hides, type Answer, type Question } from './reference.ts'
import { versionOf } from './mesh-fixture.ts'

const policies = fc.array(anyPolicy, { maxLength: 8, size: 'max' })
const question = anyQuestion(anyMesh(policies))

function fast(question: Question): Answer {
  const decision = decideQuery({
    ...question,
    tables: question.tables.map(id => {
      const version = versionOf(question.state, id)
      return { version, columns: version.table.columns }
    }),
  })
  if (decision.verdict === 'deny') return { verdict: 'deny', code: decision.error.code }
  return {
    verdict: 'allow',
    purpose: decision.purpose ?? '',
    rows: decision.rowLimit?.rows ?? Infinity,
    tables: decision.tables.map(table => ({
      columns: Object.fromEntries(table.columns.map(c => [c.name, c.mask ?? 'shown'])),
      filters: [...new Set(table.filters.map(f => printCondition(f.condition)))].sort(),
      group: table.minimumGroup?.people ?? 0,
    })),
  }
}

const ruled = (state: MeshState, policies: readonly Policy[]): MeshState => ({
  ...state,
  policies: new Map(policies.map(p => [policyKey(p), p])),
})

/** Whether the second answer shows nothing that the first does not. */
function showsNoMore(before: Answer, after: Answer): boolean {
  if (after.verdict === 'deny') return true
  if (before.verdict === 'deny') return false
  return (
    after.rows <= before.rows &&
    after.tables.every((table, i) => {
      const other = before.tables[i]!
      return (
        table.group >= other.group &&
        other.filters.every(filter => table.filters.includes(filter)) &&
        Object.entries(table.columns).every(([name, mask]) => hides(mask, other.columns[name] ?? 'absent'))
      )
    })
  )
}

/** Random questions must reach every outcome, or the agreement below would say little. */
test('the random questions are worth asking', () => {
  const outcomes = fc.sample(question, { numRuns: 2000, seed: 7 }).map(q => {
    const a = answer(q)
    if (a.verdict === 'deny') return a.code
    return a.tables.some(t => t.filters.length > 0 || Object.values(t.columns).some(m => m !== 'shown'))
      ? 'hidden'
      : 'open'
  })
  const share = (outcome: string) => outcomes.filter(o => o === outcome).length
  for (const outcome of ['hidden', 'open', 'access.required', 'policy.denied', 'purpose.required', 'purpose.unknown'])
    expect([outcome, share(outcome) > 20]).toEqual([outcome, true])
})

test('the decision agrees with the reference', () => {
  fc.assert(
    fc.property(question, q => {
      expect(fast(q)).toEqual(answer(q))
    }),
    { numRuns: 800 },
  )
})

test('asked again, and after others, it agrees still', () => {
  fc.assert(
    fc.property(
      question,
      fc.array(fc.tuple(fc.constantFrom('u1', 'u2', 'u3'), fc.constantFrom('p1', 'p2'))),
      (q, others) => {
        const before = fast(q)
        for (const [id, purpose] of others) fast({ ...q, principal: { ...q.principal, id }, purpose })
        expect(fast(q)).toEqual(before)
      },
    ),
    { numRuns: 200 },
  )
})

test('adding a rule other than open never shows more', () => {
  fc.assert(
    fc.property(question, closingPolicy, (q, added) => {
      const more = ruled(q.state, [...q.state.policies.values(), added])
      // With a purpose left open, a rule can close the only reason for which one had to be said; so it is said here.
      const asked = { ...q, purpose: q.purpose ?? 'p1' }
      expect(showsNoMore(fast(asked), fast({ ...asked, state: more }))).toBe(true)
    }),
    { numRuns: 400 },
  )
})

test('local rules other than open never show more than the global ones alone', () => {
  fc.assert(
    fc.property(question, fc.array(localClosingPolicy, { maxLength: 4 }), (q, local) => {
      const global = [...q.state.policies.values()].filter(p => p.domain === undefined)
      const asked = { ...q, purpose: q.purpose ?? 'p1' }
      const alone = fast({ ...asked, state: ruled(q.state, global) })
      expect(showsNoMore(alone, fast({ ...asked, state: ruled(q.state, [...global, ...local]) }))).toBe(true)
    }),
    { numRuns: 400 },
  )
})

test('the order of rules does not matter, not even for the reasons given', () => {
  fc.assert(
    fc.property(question, fc.integer(), (q, turn) => {
      const list = [...q.state.policies.values()]
      const at = list.length === 0 ? 0 : Math.abs(turn) % list.length
      const turned = [...list.slice(at), ...list.slice(0, at)].reverse()
      const decide = (state: MeshState) =>
        decideQuery({
          ...q,
          state,
          tables: q.tables.map(id => ({ version: versionOf(state, id), columns: versionOf(state, id).table.columns })),
        })
      expect(decide(ruled(q.state, turned))).toEqual(decide(q.state))
    }),
    { numRuns: 300 },
  )
})

test('a global deny that matches closes whatever is open', () => {
  fc.assert(
    fc.property(question, q => {
      const state = ruled(q.state, [...q.state.policies.values(), denyAll])
      expect(fast({ ...q, state }).verdict).toBe('deny')
    }),
    { numRuns: 300 },
  )
})

const denyAll: Policy = {
  id: 'shut',
  team: 'federation',
  status: 'enforced',
  select: {},
  onPublish: [],
  onQuery: [{ deny: { message: 'Shut.' }, except: [] }],
  onRequest: [],
  onFind: [],
  tests: [],
  file: 'shut.policy.yaml',
}

test('masks join like a lattice', () => {
  const mask = fc.constantFrom<MaskName | undefined>(undefined, ...maskNames)
  fc.assert(
    fc.property(mask, mask, mask, (a, b, c) => {
      expect(joinMasks(a, b)).toBe(joinMasks(b, a))
      expect(joinMasks(a, joinMasks(b, c))).toBe(joinMasks(joinMasks(a, b), c))
      expect(joinMasks(a, a)).toBe(a)
      for (const part of [a, b]) expect(hides(joinMasks(a, b) ?? 'shown', part ?? 'shown')).toBe(true)
    }),
  )
})
