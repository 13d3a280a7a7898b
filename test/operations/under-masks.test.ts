import { expect, it } from 'vitest'
import { principalOf, type Policy } from '../../src/mesh/index.ts'
import { underMasks } from '../../src/operations/under-masks.ts'
import { column, contract, domain, mesh, now, policy, product } from '../policy/mesh-fixture.ts'

const state = (...policies: readonly Policy[]) =>
  mesh({
    domains: [domain('lab', 'lab-team', [{ person: 'eve', roles: ['product-owner', 'data-engineer'] }])],
    products: [
      product('lab.own', [contract('lab.own', [{ name: 'own', columns: [column('id', 'BIGINT'), column('ssn')] }])]),
    ],
    policies,
  })
const kept = { columns: ['_reason', 'id', 'SSN'], rows: [["id: 'x 1-2-3' is no BIGINT", 1, '1-2-3']] }
const look = (...policies: readonly Policy[]) => {
  const given = state(...policies)
  return underMasks(given, principalOf(given, 'eve'), 'lab.own', kept, now)
}
const rule = (query: NonNullable<Parameters<typeof policy>[1]>['query'], columns?: string) =>
  policy('pd', { ...(columns === undefined ? {} : { select: { columns } }), query: query! })

it('shows rejected rows as they are where no rule says otherwise', () => {
  expect(look()).toEqual({ ...kept, notes: [] })
})

it('leaves out what their looker would see masked, in reasons as well', () => {
  const { rows, notes } = look(rule([{ mask: 'keyed-hash' }], "column.name == 'ssn'"))
  expect(rows).toEqual([["id: '…' is no BIGINT", 1, null]])
  expect(notes).toEqual(['ssn: masked for you by pd, and left empty here.'])
})

it('shows none where rows are kept from their looker, or the table is', () => {
  expect(() => look(rule([{ filter: 'id > 1' }]))).toThrow(/The rule pd keeps rows of lab.own from you/)
  expect(() => look(rule([{ deny: { message: 'No.' } }]))).toThrow(/No\. \(rule pd/)
})
