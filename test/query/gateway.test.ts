import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attackMesh, hashOf, type AttackMesh } from './fixture.ts'

let mesh: AttackMesh
beforeAll(async () => {
  mesh = await attackMesh('A', 1_000)
})
afterAll(() => mesh.close())

const code = async (who: string, sql: string) => {
  const told = await mesh.ask(who, sql)
  return told.ok ? told.rows : told.code
}

describe('what somebody sees', () => {
  it('masks and filters', async () => {
    const told = await mesh.ask('bob', 'select ssn, email, salary, profile, doc from sales.orders where order_id = 1')
    expect(told).toMatchObject({
      ok: true,
      rows: [['XXXXXXXX', hashOf('person1@example.com'), null, { phone: null, city: 'City 1' }, null]],
    })
  })

  it('shows all to the owner', async () => {
    expect(await code('alice', 'select count(*) from sales.orders')).toEqual([['1600']])
    expect(await code('bob', 'select count(*) from sales.orders')).toEqual([['600']])
  })
})
