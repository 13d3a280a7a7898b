import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { quoteText } from '../../src/base/index.ts'
import { EngineError } from '../../src/query/needs.ts'
import type { Workshop, WorkshopRequest, WorkshopSession } from '../../src/runs/needs.ts'

export interface WorkshopCandidate {
  readonly name: string
  /** The workshop that all cases share. */
  readonly workshop: () => Workshop
  /** A new empty folder. */
  readonly folder: () => string
}

/** What every workshop must do. */
export function workshopConformance({ name, workshop, folder }: WorkshopCandidate): void {
  const within = async <T>(
    request: Partial<WorkshopRequest>,
    work: (session: WorkshopSession, write: string) => Promise<T>,
  ): Promise<T> => {
    const write = request.write ?? folder()
    const session = await workshop().open({ read: [], write, memoryMb: 512, timeoutMs: 30_000, ...request })
    try {
      return await work(session, write)
    } finally {
      await session.close()
    }
  }
  const failing = async (work: Promise<unknown>): Promise<EngineError> => {
    const thrown: unknown = await work.then(
      () => undefined,
      (problem: unknown) => problem,
    )
    expect(thrown).toBeInstanceOf(EngineError)
    return thrown as EngineError
  }
  const written = (root: string, file: string, text: string): string => {
    writeFileSync(join(root, file), text)
    return join(root, file)
  }

  describe(`workshop: ${name}`, () => {
    it('reads its inputs and writes into its folder', async () => {
      const input = written(folder(), 'in.csv', 'id,name\n1,Ann\n2,Bo\n')
      await within({ read: [input] }, async (session, write) => {
        const out = quoteText(join(write, 'out.parquet'))
        await session.execute(`create table t as from read_csv(${quoteText(input)})`)
        const stats = await session.execute(`copy t to ${out} (format parquet, return_stats)`)
        expect(stats).toHaveLength(1)
        expect(stats[0]!['count']).toBe(2n)
        expect(await session.execute(`from read_parquet(${out}) order by id`)).toEqual([
          { id: 1n, name: 'Ann' },
          { id: 2n, name: 'Bo' },
        ])
        expect(readdirSync(write)).toEqual(['out.parquet'])
      })
    })

    it('gives values as JavaScript has them, others as text', async () => {
      await within({}, async session => {
        const sql = `select null as n, true as b, 1::tinyint as i, 2::bigint as l, 3::hugeint as h, 1.5::double as d,
          1.50::decimal(4,2) as c, '2001-02-28'::date as day, '2001-02-28 10:00:00.5'::timestamp as at,
          '2001-02-28 10:00:00+02'::timestamptz as z, '10:00:00'::time as t, interval 14 month as iv, 'x' as s,
          '123e4567-e89b-12d3-a456-426614174000'::uuid as u, [1, null]::bigint[] as list, {'a': 1, 'b': ['x']} as st,
          map {'k': 1} as m, 'nan'::double as nan, '\\xAA'::blob as bytes`
        expect(await session.execute(sql)).toEqual([
          {
            n: null,
            b: true,
            i: 1,
            l: 2n,
            h: 3n,
            d: 1.5,
            c: '1.50',
            day: '2001-02-28',
            at: '2001-02-28 10:00:00.5',
            z: '2001-02-28 08:00:00+00',
            t: '10:00:00',
            iv: '1 year 2 months',
            s: 'x',
            u: '123e4567-e89b-12d3-a456-426614174000',
            list: [1n, null],
            st: { a: 1, b: ['x'] },
            m: [['k', 1]],
            nan: NaN,
            bytes: '\\xAA',
          },
        ])
      })
    })

    it('describes a SELECT without running it', async () => {
      await within({}, async session => {
        await session.execute('create table t (id bigint, "full name" varchar, amount decimal(10,2))')
        expect(await session.describe('select *, error(id::varchar) as never from t')).toMatchObject([
          { name: 'id', type: 'BIGINT' },
          { name: 'full name', type: 'VARCHAR' },
          { name: 'amount', type: 'DECIMAL(10,2)' },
          { name: 'never' },
        ])
        expect((await failing(session.describe('select nothing from t'))).kind).toBe('bind')
      })
    })

    it('reaches no other file, before and after the lock', async () => {
      const elsewhere = folder()
      const input = written(elsewhere, 'in.csv', 'id\n1\n')
      const other = written(elsewhere, 'other.csv', 'id\n2\n')
      await within({ read: [input] }, async session => {
        const attempts = [
          `from read_csv(${quoteText(other)})`,
          `from ${quoteText(other)}`,
          `from glob(${quoteText(`${elsewhere}/*`)})`,
          "from read_text('/etc/hostname')",
          `copy (select 1) to ${quoteText(join(elsewhere, 'new.csv'))}`,
          `copy (select 1 as id) to ${quoteText(join(elsewhere, 'x', '..', 'new.csv'))}`,
          `attach ${quoteText(join(elsewhere, 'new.db'))}`,
          'install httpfs',
        ]
        for (const locked of [false, true]) {
          if (locked) await session.lock()
          for (const sql of attempts) await failing(session.execute(sql))
        }
        expect(existsSync(join(elsewhere, 'new.csv')) || existsSync(join(elsewhere, 'new.db'))).toBe(false)
        expect(await session.execute(`from read_csv(${quoteText(input)})`)).toEqual([{ id: 1n }])
      })
    })

    it('keeps its settings once it is locked', async () => {
      await within({}, async session => {
        await session.execute('set threads=1')
        await session.lock()
        for (const sql of ['set threads=2', 'set enable_external_access=true', "set memory_limit='1TB'"])
          await failing(session.execute(sql))
        expect(await session.execute('select 1 as still')).toEqual([{ still: 1 }])
      })
    })

    it('says what went wrong by class, and goes on', async () => {
      await within({}, async session => {
        expect(await failing(session.execute('selec 1'))).toMatchObject({ kind: 'parse' })
        expect(await failing(session.execute('from nowhere'))).toMatchObject({ kind: 'bind' })
        expect(await failing(session.execute("select 'x'::int"))).toMatchObject({ engineClass: 'Conversion Error' })
        expect(await session.execute('select 1 as one')).toEqual([{ one: 1 }])
      })
    })

    it('ends at its time and its memory', async () => {
      const endless = 'with recursive r as (select 1 as i union all select i + 1 from r) select max(i) from r'
      await within({ timeoutMs: 700 }, async session => {
        expect((await failing(session.execute(endless))).kind).toBe('time')
      })
      await within({ memoryMb: 128 }, async session => {
        expect((await failing(session.execute('select len(range(300000000))'))).kind).toBe('memory')
      })
    })

    it('ends when the build is cancelled', async () => {
      const cancel = new AbortController()
      const endless = 'with recursive r as (select 1 as i union all select i + 1 from r) select max(i) from r'
      await within({ signal: cancel.signal }, async session => {
        const running = failing(session.execute(endless))
        setTimeout(() => cancel.abort(), 100)
        expect((await running).kind).toBe('cancelled')
        expect((await failing(session.execute('select 1'))).kind).toBe('cancelled')
      })
      expect((await failing(within({ signal: AbortSignal.abort() }, async () => undefined))).kind).toBe('cancelled')
    })

    it('keeps sessions apart', async () => {
      const mine = folder()
      await within({ write: mine }, async first => {
        await first.execute(`copy (select 1 as id) to ${quoteText(join(mine, 'mine.parquet'))}`)
        await first.execute('create table t as select 1 as id')
        await within({}, async second => {
          expect((await failing(second.execute('from t'))).kind).toBe('bind')
          await failing(second.execute(`from read_parquet(${quoteText(join(mine, 'mine.parquet'))})`))
        })
      })
    })

    it('serves folders whose names need quoting', async () => {
      const write = join(folder(), "it's a folder, [odd]")
      mkdirSync(write)
      await within({ write }, async session => {
        const file = quoteText(join(write, 'a.parquet'))
        await session.execute(`copy (select 1 as id) to ${file}`)
        await session.lock()
        expect(await session.execute(`from read_parquet([${file}])`)).toEqual([{ id: 1 }])
      })
    })
  })
}
