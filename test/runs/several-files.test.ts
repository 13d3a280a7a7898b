import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Input } from '../../src/mesh/index.ts'
import { columns, product, table } from './support/small-mesh.ts'
import { inFolder } from './support/in-folder.ts'

const mesh = inFolder()

type Format = Extract<Input, { kind: 'file' }>['format']

/** Two files of one format with the rows 1, 2 and 3. */
async function files(format: Format): Promise<Input> {
  const texts = { csv: ['a\n1\n2\n', 'a\n3\n'], json: ['[{"a": 1}, {"a": 2}]', '{"a": 3}\n'], parquet: ['1, 2', '3'] }
  const written = await Promise.all(
    texts[format].map(async (text, i) =>
      mesh().source(`raw/${i}.${format}`, format === 'parquet' ? await parquet(text, i) : text),
    ),
  )
  return { kind: 'file', path: `raw/*.${format}`, format, options: {}, files: written }
}

async function parquet(values: string, i: number): Promise<Uint8Array> {
  const to = `${mesh().folder}/${i}.parquet`
  const session = await mesh().world.workshop.open({ read: [], write: mesh().folder, memoryMb: 500, timeoutMs: 1000 })
  await session.execute(`copy (select unnest([${values}])::bigint as a) to '${to}' (format parquet)`)
  await session.close()
  return readFileSync(to)
}

describe.each(['csv', 'json', 'parquet'] as const)('several files of %s', format => {
  test.each([
    ['nothing', 'select a from raw', ['a BIGINT'], [[1n], [2n], [3n]]],
    [
      'only _file',
      'select a, _file as f from raw',
      ['a BIGINT', 'f VARCHAR'],
      [
        [1n, 0],
        [2n, 0],
        [3n, 1],
      ],
    ],
    [
      'only _row',
      'select a, _row as r from raw',
      ['a BIGINT', 'r BIGINT'],
      [
        [1n, 1n],
        [2n, 2n],
        [3n, 1n],
      ],
    ],
    [
      'both',
      'select a, _file as f, _row as r from raw',
      ['a BIGINT', 'f VARCHAR', 'r BIGINT'],
      [
        [1n, 0, 1n],
        [2n, 0, 2n],
        [3n, 1, 1n],
      ],
    ],
    [
      '_file by a star',
      'select *, upper(_file) as f from raw',
      ['a BIGINT', 'f VARCHAR'],
      [
        [1n, 0],
        [2n, 0],
        [3n, 1],
      ],
    ],
  ])('a SELECT that names %s', async (_, sql, of, expected) => {
    mesh().publish(
      product('flights.p', {
        tables: [table('t', columns(...of))],
        inputs: { raw: await files(format) },
        outputs: { t: { sql } },
      }),
    )
    expect((await mesh().run('flights.p')).problem).toBeUndefined()
    const path = (i: number) => (sql.includes('upper') ? `RAW/${i}.${format.toUpperCase()}` : `raw/${i}.${format}`)
    expect((await mesh().rows('flights.t')).map(row => Object.values(row))).toEqual(
      expected.map(row => row.map(value => (typeof value === 'number' ? path(value) : value))),
    )
  })
})
