import { expect, test } from 'vitest'
import { memoryLake, movedLake } from '../../../src/adapters/files/index.ts'

test('an address of the folder where the lake lay before names the same file here', () => {
  const lake = memoryLake()
  const moved = movedLake(lake, ['/old/home/lake'])
  expect(moved.pathOf('file:///old/home/lake/a/b.parquet')).toBe('a/b.parquet')
  expect(moved.pathOf(moved.uri('a/b.parquet'))).toBe('a/b.parquet')
  expect(moved.uri('a/b.parquet')).toBe(lake.uri('a/b.parquet'))
})

test.each(['file:///old/home/lake2/a', 'file:///old/home/lake/../secrets/mask-key', 'file:///etc/passwd'])(
  '%s is not in it',
  uri => {
    expect(() => movedLake(memoryLake(), ['/old/home/lake']).pathOf(uri)).toThrow()
  },
)
