import type { Build, ContractTable, Output } from '../mesh/index.ts'
import { documentKindOf, folderOf, stemOf } from './document-path.ts'
import { fileInput, formatOf, type FileInput } from './file-input.ts'
import { selectAll, sqlBeside, type BuildPlace } from './build-place.ts'

/**
 * The build of a product without a `build.yaml`: each table is made by the SQL file of its name, whose tables are its
 * inputs, or is the data file of its name.
 */
export function deriveBuild(place: BuildPlace): Build | undefined {
  const inputs: Record<string, FileInput> = {}
  const outputs: Record<string, Output> = {}
  let named = false
  for (const table of place.tables.values()) {
    const sql = sqlBeside(table.name, place)
    if (sql !== undefined) {
      named = true
      outputs[table.name] = { ...sql, mode: 'full', key: [] }
      place.assume(`inputs: the tables that ${sql.file} names`)
      continue
    }
    const file = dataBeside(table, place)
    if (file === undefined) return noSql(table, place)
    const input = fileInput({ source: 'file', path: file }, [], place)
    inputs[table.name] = input
    outputs[table.name] = { sql: selectAll(table, table.name), file, mode: 'full', key: [] }
    place.assume(`input: the file ${file}`)
  }
  place.assume('mode full')
  // Where files are the only inputs nothing has to be found in any SQL.
  return { inputs, outputs, derived: named }
}

function dataBeside(table: ContractTable, { folder, sources, tables, stems }: BuildPlace): string | undefined {
  const names = tables.size === 1 ? [table.name, ...stems] : [table.name]
  const beside = sources.filter(
    ({ path }) => folderOf(path) === folder && formatOf(path) !== undefined && documentKindOf(path) === undefined,
  )
  for (const name of names) {
    const file = beside.find(({ path }) => stemOf(path) === name)
    if (file !== undefined) return file.path.slice(folder === '' ? 0 : folder.length + 1)
  }
  return undefined
}

function noSql(table: ContractTable, { report }: BuildPlace): undefined {
  const message = `Nothing says how the table ${table.name} is made.`
  report.error('build.no-sql', [], message, `Write one SELECT into ${table.name}.sql beside it, or a build.yaml.`)
  return undefined
}
