import { expect, it } from 'vitest'
import type { Relation } from '../../../src/query/needs.ts'
import { row } from './answers.ts'
import { suiteEngine } from './suite-engine.ts'

const suite = suiteEngine()

const numbers = (more: Partial<Relation>): Relation => ({
  schema: 'a',
  name: 'numbers',
  select: 'select 1 as n',
  files: [],
  columns: [{ name: 'n', type: 'INTEGER' }],
  ...more,
})

it('uses what files say of their rows only where nothing of any relation is hidden', async () => {
  const off = async (...relations: readonly Relation[]) =>
    JSON.parse(
      await row(suite().engine, `select current_setting('disabled_optimizers') || ''`, { relations, instanceKey: '' }),
    ) as unknown[]
  const plain = numbers({ plain: true, whole: true })
  expect(await off(plain)).toEqual([''])
  const all = ['statistics_propagation', 'cte_filter_pusher']
  for (const hiding of [numbers({}), numbers({ whole: true }), numbers({ plain: false })]) {
    expect(
      String(await off(hiding))
        .split(',')
        .sort(),
    ).toEqual([...all].sort())
    expect(String(await off(plain, { ...hiding, name: 'others' })).split(',')).toHaveLength(2)
  }
})
