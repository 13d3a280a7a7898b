import { describe, expect, it } from 'vitest'
import { bareStatement } from '../../../src/adapters/duckdb/worker/bare-statement.ts'
import { ask } from './answers.ts'
import { suiteEngine } from './suite-engine.ts'

const suite = suiteEngine({ workers: 1 })

/** Texts of one statement each, and where they end. */
const texts: readonly (readonly [text: string, bare: string])[] = [
  ['select 1', 'select 1'],
  ['select 1;', 'select 1'],
  ['select 1 ; -- done', 'select 1 '],
  ["select ';' ;", "select ';' "],
  ["select 'it''s;' ;", "select 'it''s;' "],
  ["select e'\\';' ;", "select e'\\';' "],
  ["select E'a\\\\' ; ", "select E'a\\\\' "],
  ['select 1 as ";" ;', 'select 1 as ";" '],
  ['select 1 as "a"";" ;', 'select 1 as "a"";" '],
  ['select $$;$$ ;', 'select $$;$$ '],
  ['select $a$ $$ ; $b$ $a$ ;', 'select $a$ $$ ; $b$ $a$ '],
  ['select 1 as a$b, 2 as c$b;', 'select 1 as a$b, 2 as c$b'],
  ['select 1 -- ; not yet\n ;', 'select 1 -- ; not yet\n '],
  ['select 1 -- ; not yet\r ;', 'select 1 -- ; not yet\r '],
  ['select /* ; /* ; */ ; */ 1;', 'select /* ; /* ; */ ; */ 1'],
  ['select 1 as straße_;', 'select 1 as straße_'],
  ['select 1 - -1;', 'select 1 - -1'],
]

describe('the bare statement', () => {
  it.each(texts)('of %s', async (text, bare) => {
    expect(bareStatement(text)).toBe(bare)
    // The engine agrees that this is one statement and that it stands in brackets.
    expect(JSON.parse(await suite().engine.parse(text))['statements']).toHaveLength(1)
    const whole = await ask(suite().engine, text)
    expect((await ask(suite().engine, `from (${bare}\n)`)).text).toBe(whole.text)
  })
})
