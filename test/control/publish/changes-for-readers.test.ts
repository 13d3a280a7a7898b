import { expect, it } from 'vitest'
import { column, domain, product, table } from '../nouns.ts'
import { settings } from '../nouns.ts'
import { trial, type Trial } from '../trial.ts'

const id = 'flights.departures'
const release = (version: string, required: boolean, ...more: readonly string[]) =>
  product(id, { version, tables: [table('departures', 'id', column('v', { required }), ...more)] })

function published(first: ReturnType<typeof release>): Trial {
  const t = trial()
  t.publish('tariq', { mesh: settings() })
  t.publish('omar', { domains: [domain('flights', { omar: ['product-owner'] })], products: [first] })
  return t
}

it('lets a promise that no rows ever kept be taken back, and says what it is compared with', () => {
  const t = published(release('1.0.0', false))
  t.serve(id)
  t.publish('omar', { products: [release('1.1.0', true)] })
  const { items } = t.publish('omar', { products: [release('1.1.1', false)] })
  expect(items[0]).toMatchObject({ change: 'safe', due: '1.1.1' })
  expect(items[0]!.changes.map(c => c.message)).toEqual([
    'departures.v may now be null. Readers still have 1.0.0, and compared with that it breaks nothing.',
  ])
})

it('holds to what readers have, below whatever was promised since', () => {
  const t = published(release('1.0.0', false))
  t.serve(id)
  t.publish('omar', { products: [release('1.1.0', true, 'x')] })
  const no = t.refused('omar', {
    products: [product(id, { version: '1.2.0', tables: [table('departures', 'id')] })],
  })
  expect(no.message).toContain('2.0.0 is due. departures.v is gone.')
})

it('holds to a promise as soon as rows have come in by it', () => {
  const t = published(release('1.0.0', false))
  t.serve(id)
  t.publish('omar', { products: [release('1.1.0', true)] })
  t.serve(id)
  expect(t.refused('omar', { products: [release('1.1.1', false)] }).message).toContain('2.0.0 is due')
})

it('breaks nobody where a table never had any rows, under a version above the newest one', () => {
  const t = published(release('1.0.0', true))
  expect(t.refused('omar', { products: [release('1.0.0', false)] }).code).toBe('release.immutable')
  const { items } = t.publish('omar', { products: [release('1.0.1', false)] })
  expect(items[0]!.changes.map(c => c.message)).toEqual(['departures.v may now be null. It has no readers yet.'])
})

it('keeps for a build the column that it reads, though there are no rows of it yet', () => {
  const t = published(release('1.0.0', true, 'x'))
  t.publish('omar', { products: [product('flights.late', { reads: [id] })] })
  const no = t.refused('omar', { products: [release('1.0.1', true)] })
  expect(no.code).toBe('release.breaking')
  expect(no.message).toContain('product:flights.late (declared input of flights.late). departures.x is gone.')
})
