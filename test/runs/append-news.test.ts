import { assert, array, constantFrom, property, record, uniqueArray } from 'fast-check'
import { expect, test } from 'vitest'
import { appendNews } from '../../src/runs/append-news.ts'
import type { TakenFile } from '../../src/runs/needs.ts'

const file = (path: string, digest: string): TakenFile => ({ path, digest })
const a = file('a', '1')
const b = file('b', '2')

test.each<[string, readonly TakenFile[], readonly TakenFile[], Partial<ReturnType<typeof appendNews>>]>([
  ['a first file', [a], [], { fresh: [a], changed: [], moved: [], taken: [a] }],
  ['a file that was touched', [a], [a], { fresh: [], changed: [], moved: [], taken: [a] }],
  ['one that came back', [a, b], [a, b], { fresh: [], taken: [a, b] }],
  ['one that went away', [b], [a, b], { fresh: [], taken: [a, b] }],
  ['one that grew', [file('a', '9')], [a], { fresh: [], changed: [file('a', '9')] }],
  ['one that moved', [file('c', '1')], [a], { fresh: [], moved: [{ file: file('c', '1'), from: 'a' }] }],
  ['a copy beside it', [a, file('c', '1')], [a], { fresh: [file('c', '1')], moved: [] }],
  ['two equal ones at once', [a, file('c', '1')], [], { fresh: [a, file('c', '1')] }],
  ['a log that rotates', [file('a', '9'), file('a.1', '1')], [a], { fresh: [file('a', '9')], changed: [] }],
  ['one that becomes a copy of another', [a, file('b', '1')], [a, b], { changed: [file('b', '1')], fresh: [] }],
  ['two that changed places', [file('a', '2'), file('b', '1')], [a, b], { fresh: [], changed: [] }],
  ['one file under two inputs', [a, a], [], { fresh: [a], taken: [a] }],
])('%s', (_, now, taken, expected) => {
  expect(appendNews(now, taken)).toMatchObject(expected)
})

test('no content is taken more often than it was ever there at once', () => {
  const files = uniqueArray(record({ path: constantFrom('a', 'b', 'c'), digest: constantFrom('1', '2', '3') }), {
    selector: each => each.path,
  })
  const times = (of: readonly TakenFile[], digest: string) => of.filter(each => each.digest === digest).length
  assert(
    property(array(files, { maxLength: 6 }), steps => {
      let taken: readonly TakenFile[] = []
      for (const digest of ['1', '2', '3']) {
        let added = 0
        let most = 0
        taken = []
        for (const now of steps) {
          const news = appendNews(now, taken)
          if (news.changed.length > 0) continue // refused: nothing is added and nothing remembered
          added += times(news.fresh, digest)
          most = Math.max(most, times(now, digest))
          taken = news.taken
          expect(appendNews(now, taken).fresh).toEqual([])
        }
        expect(added).toBe(most)
      }
    }),
  )
})
