import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  aggregateFunctions,
  functionsPage,
  isAllowed,
  denialOf,
  operatorFunctions,
  scalarFunctions,
  tableFunctions,
  windowFunctions,
} from '../../src/query/index.ts'
import { connect } from './in-process-engine.ts'

async function catalogue(): Promise<readonly { readonly name: string; readonly kind: string }[]> {
  const connection = await connect()
  const result = await connection.run('select distinct function_name, function_type from duckdb_functions()')
  const rows = await result.getRows()
  connection.closeSync()
  return rows.map(([name, kind]) => ({ name: String(name), kind: String(kind) }))
}

describe('the functions of the engine', () => {
  it('are each allowed, or denied for a reason', async () => {
    const undecided = (await catalogue()).filter(({ name, kind }) => {
      if (kind === 'pragma') return false // no SELECT reaches them
      const isTable = kind.startsWith('table')
      const folded = name.toLowerCase()
      const allowed = isTable ? isAllowed.table(folded) : isAllowed.call(folded) || isAllowed.window(folded)
      return !allowed && denialOf(folded, isTable ? 'table' : 'scalar') === undefined
    })
    expect(undecided).toEqual([])
  })

  it('are never both', () => {
    const calls = [...Object.values(scalarFunctions), ...Object.values(aggregateFunctions)].flat()
    expect([...calls, ...windowFunctions, ...operatorFunctions].filter(name => denialOf(name, 'scalar'))).toEqual([])
    expect(tableFunctions.filter(name => denialOf(name, 'table'))).toEqual([])
  })

  it('exist, where they are allowed', async () => {
    const known = new Set((await catalogue()).map(({ name }) => name.toLowerCase()))
    const syntax = new Set(['->', '!'])
    const calls = [...Object.values(scalarFunctions), ...Object.values(aggregateFunctions), operatorFunctions].flat()
    expect(calls.filter(name => !known.has(name) && !syntax.has(name))).toEqual([])
  })

  it('that read files, settings or text are on no allowed list', () => {
    const dangerous = [
      'read_parquet',
      'parquet_scan',
      'glob',
      'query',
      'query_table',
      'duckdb_settings',
      'pragma_table_info',
    ]
    expect(dangerous.filter(name => isAllowed.table(name) || isAllowed.call(name))).toEqual([])
    expect(['stats', 'getvariable', 'getenv', 'current_setting', 'json_serialize_plan'].filter(isAllowed.call)).toEqual(
      [],
    )
  })

  it('are documented as they are', () => {
    expect(readFileSync(new URL('../../docs/functions.md', import.meta.url), 'utf8')).toBe(functionsPage())
  })
})
