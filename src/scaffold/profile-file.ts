import { MeshError, messageOf, quoteName } from '../base/index.ts'
import type { Reader } from './needs.ts'
import { readerOf, type SourceFormat } from './source-format.ts'

/** What a look at all rows of a file shows. */
export interface Profile {
  readonly format: SourceFormat
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
}

export interface ColumnProfile {
  /** As the file spells it. */
  readonly source: string
  /** DuckDB's type. */
  readonly type: string
  readonly nulls: number
  readonly distinct: number
  /** Whole numbers that some rows write with a zero in front: codes, not numbers. */
  readonly keepsZeros: boolean
  /** Some values, most frequent first, as text. */
  readonly samples: readonly string[]
}

/** Reads the whole file twice: once typed, once as it is written. Throws `source.unreadable`. */
export async function profileFile(reader: Reader, path: string, format: SourceFormat): Promise<Profile> {
  try {
    return await profiled(reader, path, format)
  } catch (thrown) {
    const [first] = messageOf(thrown).split('\n')
    throw new MeshError('source.unreadable', `${path} cannot be read as ${format}: ${first}`, {
      cause: thrown,
      fix: 'Mend the file, or name one in another format.',
    })
  }
}

async function profiled(reader: Reader, path: string, format: SourceFormat): Promise<Profile> {
  const typed = readerOf(path, format, false)
  const described = await reader.execute(`describe select * from ${typed}`)
  const names = described.map(row => String(row['column_name']))
  const types = described.map(row => String(row['column_type']))
  const measures = names.flatMap((name, i) => [
    `count(*) - count(${quoteName(name)}) as n${i}`,
    `count(distinct ${quoteName(name)}) as d${i}`,
  ])
  const [counted] = await reader.execute(`select count(*) as "rows", ${measures.join(', ')} from ${typed}`)
  const zeros = format === 'csv' ? await zeroColumns(reader, path, names, types) : new Set<number>()
  const columns: ColumnProfile[] = []
  for (const [i, source] of names.entries()) {
    columns.push({
      source,
      type: types[i]!,
      nulls: Number(counted?.[`n${i}`]),
      distinct: Number(counted?.[`d${i}`]),
      keepsZeros: zeros.has(i),
      samples: await samplesOf(reader, typed, source),
    })
  }
  return { format, rows: Number(counted?.['rows']), columns }
}

async function zeroColumns(reader: Reader, path: string, names: readonly string[], types: readonly string[]) {
  const numbers = names.map((_, i) => i).filter(i => /^(TINY|SMALL|BIG|HUGE)?INT|^INTEGER/.test(types[i]!))
  if (numbers.length === 0) return new Set<number>()
  const tests = numbers.map(i => `bool_or(${quoteName(names[i]!)} similar to '0[0-9]+') as z${i}`)
  const [row] = await reader.execute(`select ${tests.join(', ')} from ${readerOf(path, 'csv', true)}`)
  return new Set(numbers.filter(i => row?.[`z${i}`] === true))
}

async function samplesOf(reader: Reader, relation: string, name: string): Promise<readonly string[]> {
  const column = quoteName(name)
  const rows = await reader.execute(
    `select ${column}::varchar as v from (select ${column} from ${relation} limit 10000) where ${column} is not null group by ${column} order by count(*) desc, 1 limit 50`,
  )
  return rows.map(row => String(row['v']))
}
