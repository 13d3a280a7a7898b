import { expect, test } from 'vitest'
import { likelyClasses } from '../../src/scaffold/likely-classes.ts'
import { columnsOfQuery, columnsOfTable, type TableColumn } from '../../src/scaffold/index.ts'
import { known } from './known.ts'

const text = { kind: 'leaf', type: 'VARCHAR', logicalType: 'string' } as const
const guess = (columns: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(
    likelyClasses(
      Object.entries(columns).map(([name, samples]) => ({ name, samples, type: text })),
      known,
    ).map((g, i) => [Object.keys(columns)[i], g.class]),
  )

test('values tell more than names, and one odd value does not hide them', () => {
  expect(guess({ contact: ['a@b.example', 'c@d.example', 'n/a'] })).toEqual({ contact: 'personal' })
  expect(guess({ reached: ['+46 8 5501 01', '+1 (555) 0101-22'] })).toEqual({ reached: 'personal' })
  expect(guess({ version: ['1.2.3', '2.0.0'] })).toEqual({ version: 'internal' })
})

test('a postal code is personal beside a name, and harmless beside a county', () => {
  expect(guess({ zip_code: ['00501'], county: ['Suffolk'] })).toEqual({ zip_code: 'internal', county: 'internal' })
  expect(guess({ zip_code: ['00501'], last_name: ['Ng'] })).toEqual({ zip_code: 'personal', last_name: 'personal' })
})

test('a mesh with classes of its own gets its strictest for people', () => {
  const own = { ...known, classes: ['open', 'closed', 'secret'], defaultClass: 'closed' }
  const [email, plain] = likelyClasses(
    ['email', 'colour'].map(name => ({ name, samples: [], type: text })),
    own,
  )
  expect([email?.class, plain?.class]).toEqual(['secret', 'closed'])
})

const column = (name: string, more: Partial<TableColumn> = {}): TableColumn => ({
  name,
  type: 'VARCHAR',
  class: 'internal',
  required: false,
  key: false,
  ...more,
})

test('a table is passed on with its classes, identifiers, descriptions and key', () => {
  const [iata] = columnsOfTable('network.airports', [
    column('iata', { class: 'public', identifier: 'airport', description: 'Code', required: true, key: true }),
  ])
  expect(iata).toMatchObject({
    name: 'iata',
    class: 'public',
    identifier: 'airport',
    description: 'Code',
    required: true,
    key: true,
    because: 'is network.airports.iata',
  })
})

test('of what is masked nothing is promised', () => {
  const [id] = columnsOfTable('a.b', [column('id', { key: true, required: true, mask: 'replace-with-null' })])
  expect(id).toMatchObject({ key: false, unique: false, required: false })
})

test('a key of two columns is not promised of one of them', () => {
  const columns = columnsOfTable('a.b', [column('x', { key: true }), column('y', { key: true })])
  expect(columns.map(c => c.key)).toEqual([false, false])
})

test('a column of a query that is called like one of its tables is taken for it, the strictest of several', () => {
  const given = ['email', 'id', 'contact', 'n'].map(name => ({ name, type: name === 'n' ? 'BIGINT' : 'VARCHAR' }))
  const tables = [
    { id: 'sales.passengers', columns: [column('email', { class: 'personal', description: 'Address' }), column('id')] },
    { id: 'sales.bookings', columns: [column('id', { class: 'confidential', identifier: 'booking' })] },
  ]
  const columns = columnsOfQuery(given, tables, known)
  expect(columns.map(c => [c.name, c.class, c.because])).toEqual([
    ['email', 'personal', 'is called like sales.passengers.email'],
    ['id', 'confidential', 'is called like sales.bookings.id'],
    ['contact', 'internal', undefined],
    ['n', 'internal', undefined],
  ])
  expect(columns[0]).toMatchObject({ description: 'Address' })
  expect(columns[1]).toMatchObject({ identifier: 'booking' })
})
