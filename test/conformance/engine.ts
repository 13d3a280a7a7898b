import { describe, expect, it } from 'vitest'
import { EngineError, type Engine, type Param, type Relation, type RunRequest } from '../../src/query/needs.ts'

export interface EngineCandidate {
  readonly name: string
  /** The engine that all cases share. */
  readonly engine: () => Engine
}

const people: Relation = {
  schema: 'hr',
  name: 'people',
  select: `select * from (values (1, 'Ann', 10.5), (2, 'Bo', null), (3, 'Cy', 7.25)) v(id, "full name", score)`,
  files: [],
  columns: [
    { name: 'id', type: 'INTEGER' },
    { name: 'full name', type: 'VARCHAR' },
    { name: 'score', type: 'DECIMAL(4,2)' },
  ],
}

const limits: RunRequest['limits'] = { timeMs: 30_000, memoryMb: 512, rowsMax: 10_000_000, copyBytesMax: 50_000_000 }

/** What every engine must do. */
export function engineConformance({ name, engine }: EngineCandidate): void {
  const start = (sql: string, more: Partial<RunRequest> = {}) =>
    engine().run({
      relations: [people],
      on: 'views',
      sql,
      params: [],
      format: 'json',
      limits,
      owner: 'anna',
      instanceKey: 'people',
      ...more,
    })
  const run = async (sql: string, more: Partial<RunRequest> = {}) => {
    const { columns, body, totals } = await start(sql, more)
    const parts: Uint8Array[] = []
    for await (const part of body) parts.push(part)
    return { columns, text: Buffer.concat(parts).toString('utf8'), totals: await totals }
  }
  const bind = (sql: string, params: readonly Param[] = []) => engine().bind({ relations: [people], sql, params })
  const failing = async (work: Promise<unknown>): Promise<EngineError> => {
    const thrown: unknown = await work.then(
      () => undefined,
      (problem: unknown) => problem,
    )
    expect(thrown).toBeInstanceOf(EngineError)
    return thrown as EngineError
  }

  describe(`engine: ${name}`, () => {
    it('gives the tree of a statement', async () => {
      const tree = JSON.parse(await engine().parse('select id from hr.people')) as Record<string, unknown>
      expect(tree['error']).toBe(false)
      expect(tree['statements']).toHaveLength(1)
    })

    it('says where a text does not parse, in bytes', async () => {
      const problem = await failing(engine().parse("select 'ü' fro m t"))
      expect(problem).toMatchObject({ kind: 'parse', engineClass: 'Parser Error', position: 16 })
    })

    it('tells a text that parses and is no query from one that does not parse', async () => {
      const problem = await failing(engine().parse('insert into t values (1)'))
      expect(problem).toMatchObject({ kind: 'parse', engineClass: 'Not implemented Error' })
    })

    it('refuses a text that holds a zero character', async () => {
      expect((await failing(engine().parse('select 1 \0 from hr.people'))).kind).toBe('parse')
      expect((await failing(run('select 1 \0 from hr.people'))).kind).toBe('parse')
    })

    it('binds names and types without any row', async () => {
      const bound = await bind('select id + 1 as next, "full name", score / 2 as half from hr.people')
      expect(bound.columns).toEqual([
        { name: 'next', type: 'INTEGER' },
        { name: 'full name', type: 'VARCHAR' },
        { name: 'half', type: 'DOUBLE' },
      ])
      expect(bound.plan).toContain('hr.people')
    })

    it('binds by the types of the values', async () => {
      const bound = await bind('select id + $1 as n, $2 as t from hr.people where score > $3', [2n ** 40n, 'x', 0.5])
      expect(bound.columns).toEqual([
        { name: 'n', type: 'BIGINT' },
        { name: 't', type: 'VARCHAR' },
      ])
    })

    it('says what does not bind, and where', async () => {
      const problem = await failing(bind('select nothing from hr.people'))
      expect(problem).toMatchObject({ kind: 'bind', engineClass: 'Binder Error', position: 7 })
      expect((await failing(bind('select rowid from hr.people'))).kind).toBe('bind')
      expect((await failing(bind('select ? from hr.people', [1, 2]))).kind).toBe('bind')
    })

    it('reads no data to bind', async () => {
      const broken = { ...people, select: "select * from read_parquet(['/nowhere.parquet'])" }
      const bound = await engine().bind({ relations: [broken], sql: 'select id from hr.people', params: [] })
      expect(bound.columns).toEqual([{ name: 'id', type: 'INTEGER' }])
    })

    for (const on of ['views', 'copies'] as const) {
      it(`answers on ${on}`, async () => {
        const answer = await run('select id, "full name", score from hr.people order by id', { on })
        expect(answer.columns).toEqual(people.columns)
        expect(answer.text).toBe('[1,"Ann","10.50"],[2,"Bo",null],[3,"Cy","7.25"]')
        expect(answer.totals).toMatchObject({ rows: 3, bytes: answer.text.length, truncated: false })
      })

      it(`knows nothing but the relations on ${on}`, async () => {
        expect((await failing(run('select * from hr.others', { on }))).engineClass).toBe('Catalog Error')
        expect((await failing(run("select * from read_text('/etc/hostname')", { on }))).kind).toBe('bind')
      })
    }

    it('copies only the columns asked for, or rows without any', async () => {
      const some = { on: 'copies' as const, relations: [{ ...people, copyColumns: ['id'] }] }
      expect((await run('select sum(id)::int from hr.people', some)).text).toBe('[6]')
      const none = { on: 'copies' as const, relations: [{ ...people, copyColumns: [] }] }
      expect((await run('select count(*) from hr.people', none)).text).toBe('[3]')
    })

    it('does not take one instance for another', async () => {
      const masked = { ...people, select: `select id, 'hidden' as "full name", score from (${people.select})` }
      const sql = 'select "full name" from hr.people where id = 1'
      expect((await run(sql)).text).toBe('["Ann"]')
      expect((await run(sql, { relations: [masked] })).text).toBe('["hidden"]')
      expect((await run(sql)).text).toBe('["Ann"]')
    })

    it('gives the same rows in every text format', async () => {
      const sql = 'select id, "full name", score from hr.people where id > 1 order by id'
      expect((await run(sql, { format: 'ndjson' })).text).toBe(
        '{"id":2,"full name":"Bo","score":null}\n{"id":3,"full name":"Cy","score":"7.25"}\n',
      )
      expect((await run(sql, { format: 'csv' })).text).toBe('id,full name,score\r\n2,Bo,\r\n3,Cy,7.25\r\n')
    })

    it('gives columns where there are no rows', async () => {
      const none = 'select id from hr.people where id > 9'
      expect(await run(none)).toMatchObject({ text: '', columns: [{ name: 'id' }], totals: { rows: 0 } })
      expect((await run(none, { format: 'csv' })).text).toBe('id\r\n')
    })

    it('refuses an error before the first row, and ends the body with a later one', async () => {
      const early = await failing(start("select 'x'::int from hr.people"))
      expect(early).toMatchObject({ kind: 'runtime', engineClass: 'Conversion Error' })
      const late = await start(
        'select 1 // (i - 500000), error(case when i = 600000 then i::varchar end) from range(1000000) t(i)',
      )
      const read = async () => {
        for await (const part of late.body) expect(part.length).toBeGreaterThan(0)
      }
      expect((await failing(read())).kind).toBe('runtime')
      expect((await failing(late.totals)).kind).toBe('runtime')
    })

    for (const format of ['json', 'ndjson', 'csv'] as const) {
      it(`cuts ${format} after exactly as many rows as allowed`, async () => {
        for (const rows of [0, 1, 2_047, 2_048, 2_049, 5_000]) {
          const sql = `select i from range(${rows}) t(i)`
          for (const truncateRows of [0, 1, 2_048, 4_999]) {
            const answer = await run(sql, { format, limits: { ...limits, truncateRows } })
            const expected = Math.min(rows, truncateRows)
            expect(answer.totals).toMatchObject({ rows: expected, truncated: rows > truncateRows })
            const count = format === 'json' ? answer.text.split('[').length - 1 : answer.text.split('\n').length - 1
            expect(count).toBe(format === 'csv' ? expected + 1 : expected)
          }
        }
      })
    }

    it('refuses more rows than allowed, and takes exactly as many', async () => {
      const most = { limits: { ...limits, rowsMax: 3_000 } }
      expect((await run('select i from range(3000) t(i)', most)).totals.rows).toBe(3_000)
      expect((await failing(run('select i from range(3001) t(i)', most))).kind).toBe('rows')
    })

    it('answers a statement that comes again with the clock of its own time, and after an error', async () => {
      const clock = 'select epoch_ms(now()) from hr.people where id = 1'
      const first = Number(JSON.parse((await run(clock)).text))
      await new Promise(resolve => setTimeout(resolve, 20))
      expect(Number(JSON.parse((await run(clock)).text))).toBeGreaterThanOrEqual(first + 20)

      const mayFail = `select ("full name" || '1')::int from hr.people where random() < 2`
      for (const _ of [1, 2]) expect(await failing(run(mayFail))).toMatchObject({ kind: 'runtime' })
      const half = await start('select id from hr.people, range(1000000)', { format: 'ndjson' })
      for await (const _ of half.body) break
      await half.totals.catch(() => undefined)
      expect((await run('select count(*) from hr.people')).text).toBe('[3]')
      const again = await run('select id from hr.people, range(1000000)', { format: 'ndjson' })
      expect(again.totals.rows).toBe(3_000_000)
    })

    it('ends at its time', async () => {
      const began = performance.now()
      const endless = 'with recursive r as (select 1 as i union all select i + 1 from r) select max(i) from r'
      const problem = await failing(run(endless, { limits: { ...limits, timeMs: 300 } }))
      expect(problem.kind).toBe('time')
      expect(performance.now() - began).toBeLessThan(2_300)
    })

    it('ends when it is cancelled, running or waiting', async () => {
      const cancel = new AbortController()
      const endless = 'with recursive r as (select 1 as i union all select i + 1 from r) select max(i) from r'
      const all = Array.from({ length: 6 }, () => failing(run(endless, { signal: cancel.signal })))
      setTimeout(() => cancel.abort(), 200)
      for (const problem of await Promise.all(all)) expect(problem.kind).toBe('cancelled')
      expect((await failing(run('select 1', { signal: AbortSignal.abort() }))).kind).toBe('cancelled')
      expect((await run('select 1')).text).toBe('[1]')
    })

    it('ends when its reader leaves', async () => {
      const answer = await start('select i, i::varchar from range(100000000) t(i)')
      for await (const part of answer.body) {
        expect(part.length).toBeGreaterThan(0)
        break
      }
      expect((await failing(answer.totals)).kind).toBe('cancelled')
      expect((await run('select 1')).text).toBe('[1]')
    })

    it('answers many at once, each its own', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) => run(`select ${i} as n`, { owner: `owner ${i % 4}` })),
      )
      expect(answers.map(answer => answer.text)).toEqual(answers.map((_, i) => `[${i}]`))
    })
  })
}
