import type { TextFile } from '../spec/index.ts'
import { columnLines } from './column-lines.ts'
import { snakeCase } from './column-name.ts'
import type { ColumnGuess } from './guess-columns.ts'
import { selectText, tableSql } from './select-text.ts'
import type { ReadOptions } from './source-format.ts'
import { yamlText } from './yaml-text.ts'

/** Everything that the files of a new product say. */
export interface NewProduct {
  readonly domain: string
  readonly name: string
  readonly purpose: string
  /** Where people ask: `#shop-data` or an address. */
  readonly channel: string
  readonly columns: readonly ColumnGuess[]
  readonly source: ProductSource
  /** Writes down what would be derived, too. */
  readonly full: boolean
}

export type ProductSource =
  | {
      readonly kind: 'file'
      readonly path: string
      readonly format: 'csv' | 'json' | 'parquet'
      readonly options: ReadOptions
    }
  /** `domain.table`. */
  | { readonly kind: 'table'; readonly table: string }
  | { readonly kind: 'query'; readonly sql: string; readonly tables: readonly string[] }

/** The table of a product is called like it, in letters that SQL takes without quotes. */
export const tableNameOf = (product: string): string => {
  const name = snakeCase(product)
  return /_v\d+$/.test(name) ? `${name}_table` : name
}

/** The documents of a new product, with paths relative to its folder. Nothing is left blank. */
export function productDocuments(product: NewProduct): readonly TextFile[] {
  const { name } = product
  const table = tableNameOf(name)
  return [
    { path: `${name}.odcs.yaml`, text: contractText(product, table) },
    { path: `${table}.sql`, text: sqlText(product) },
    ...(hasBuild(product) ? [{ path: 'build.yaml', text: buildText(product, table) }] : []),
    ...(product.full ? [{ path: `${name}.odps.yaml`, text: productText(product) }] : []),
  ]
}

/** A statement of the mesh's own names finds its inputs by itself, and needs no build. */
const hasBuild = ({ source, full }: NewProduct) => source.kind === 'file' || (source.kind === 'table' && full)

function contractText({ domain, name, purpose, channel, columns, full }: NewProduct, table: string): string {
  return [
    'apiVersion: v3.1.0',
    'kind: DataContract',
    `id: ${domain}.${name}`,
    ...(full ? [`name: ${yamlText(name)}`, `domain: ${domain}`, `dataProduct: ${yamlText(name)}`] : []),
    'version: 1.0.0',
    'status: active',
    'description:',
    `  purpose: ${yamlText(purpose)}`,
    'schema:',
    `  - name: ${table}`,
    ...(full ? ['    logicalType: object', '    physicalType: table'] : []),
    `    description: ${yamlText(purpose)}`,
    '    properties:',
    ...columns.flatMap(columnLines),
    'support:',
    `  - {channel: ${yamlText(channel)}, tool: ${toolOf(channel)}}`,
    '',
  ].join('\n')
}

function sqlText({ columns, source, full }: NewProduct): string {
  switch (source.kind) {
    case 'file':
      return selectText(columns, 'source')
    case 'table':
      return selectText(columns, full ? inputName(source.table) : tableSql(source.table))
    case 'query':
      return queryText(source.sql, columns)
  }
}

/** The statement as it was written; around it a SELECT where a column must be called otherwise or cast. */
function queryText(sql: string, columns: readonly ColumnGuess[]): string {
  const text = `${sql.trim().replace(/(;\s*)+$/, '')}\n`
  if (columns.every(({ sql: said, name }) => said === name)) return text
  const inner = text.trimEnd().replace(/^/gm, '  ')
  return selectText(columns, `(\n${inner}\n) as query`)
}

function buildText({ source }: NewProduct, table: string): string {
  return [
    'apiVersion: meshwright/v1',
    'kind: Build',
    'inputs:',
    ...inputLines(source),
    'outputs:',
    `  ${table}: {sql: ${table}.sql, mode: full}`,
    '',
  ].join('\n')
}

function inputLines(source: ProductSource): readonly string[] {
  if (source.kind === 'query') return []
  if (source.kind === 'table') return [`  ${inputName(source.table)}: {table: ${yamlText(source.table)}}`]
  const options = Object.entries(source.options).map(([name, value]) => `${name}: ${optionText(value)}`)
  const said = options.length === 0 ? '' : `, options: {${options.join(', ')}}`
  return [`  source: {source: file, path: ${yamlText(source.path)}, format: ${source.format}${said}}`]
}

const inputName = (table: string) => tableNameOf(table.slice(table.indexOf('.') + 1))

function optionText(value: ReadOptions[string]): string {
  if (typeof value === 'string') return yamlText(value)
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).map(([key, text]) => `'${key.replaceAll("'", "''")}': ${yamlText(text)}`)
  return `{${entries.join(', ')}}`
}

function productText({ domain, name, purpose, channel, source }: NewProduct): string {
  return [
    'apiVersion: v1.0.0',
    'kind: DataProduct',
    `id: ${domain}.${name}`,
    `name: ${yamlText(name)}`,
    'version: 1.0.0',
    'status: active',
    `domain: ${domain}`,
    'description:',
    `  purpose: ${yamlText(purpose)}`,
    ...(source.kind === 'file' ? [] : inputPorts(source.kind === 'table' ? [source.table] : source.tables)),
    'outputPorts:',
    `  - {name: ${yamlText(name)}, version: 1.0.0, type: tables, contractId: ${domain}.${name}}`,
    'support:',
    `  - {channel: ${yamlText(channel)}, url: ${yamlText(urlOf(channel))}, tool: ${toolOf(channel)}}`,
    '',
  ].join('\n')
}

const inputPorts = (tables: readonly string[]) =>
  tables.length === 0
    ? []
    : [
        'inputPorts:',
        ...tables.map(table => `  - {name: ${yamlText(table)}, version: 1.0.0, contractId: ${yamlText(table)}}`),
      ]

const toolOf = (channel: string) => (channel.includes('@') ? 'email' : 'other')
const urlOf = (channel: string) =>
  channel.includes('@') ? `mailto:${channel}` : `https://example.com/${encodeURIComponent(channel)}`
