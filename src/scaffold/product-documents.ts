import { quoteName } from '../base/index.ts'
import type { TextFile } from '../spec/index.ts'
import { columnLines } from './column-lines.ts'
import type { ColumnGuess } from './guess-columns.ts'
import { yamlText } from './yaml-text.ts'

/** Everything that the files of a new product say. */
export interface NewProduct {
  readonly domain: string
  readonly name: string
  readonly purpose: string
  /** Where people ask: `#shop-data` or an address. */
  readonly channel: string
  readonly columns: readonly ColumnGuess[]
  readonly source:
    | { readonly kind: 'file'; readonly path: string; readonly format: 'csv' | 'json' | 'parquet' }
    /** `domain.table`. */
    | { readonly kind: 'table'; readonly table: string }
    | { readonly kind: 'query'; readonly sql: string }
  /** Writes down what would be derived, too. */
  readonly full: boolean
}

/** The documents of a new product, with paths relative to its folder. Nothing is left blank. */
export function productDocuments(product: NewProduct): readonly TextFile[] {
  const { name, source } = product
  const files = [
    { path: `${name}.odcs.yaml`, text: contractText(product) },
    { path: `${name}.sql`, text: selectText(product) },
  ]
  if (source.kind === 'file') files.push({ path: 'build.yaml', text: buildText(product, source) })
  if (product.full) files.push({ path: `${name}.odps.yaml`, text: productText(product) })
  return files
}

function contractText({ domain, name, purpose, channel, columns }: NewProduct): string {
  return [
    'apiVersion: v3.1.0',
    'kind: DataContract',
    `id: ${domain}.${name}`,
    'version: 1.0.0',
    'status: active',
    'description:',
    `  purpose: ${yamlText(purpose)}`,
    'schema:',
    `  - name: ${name}`,
    `    description: ${yamlText(purpose)}`,
    '    properties:',
    ...columns.flatMap(column => columnLines(column)),
    'support:',
    `  - {channel: ${yamlText(channel)}, tool: ${channel.includes('@') ? 'email' : 'other'}}`,
    '',
  ].join('\n')
}

function selectText({ columns, source }: NewProduct): string {
  if (source.kind === 'query') return `${source.sql.trim().replace(/;\s*$/, '')}\n`
  const from = source.kind === 'file' ? 'source' : source.table
  const lines = columns.map(({ source: written, name, type, cast }) => {
    const plain = /^[a-z_][a-z0-9_]*$/.test(written) ? written : quoteName(written)
    return `  ${cast ? `${plain}::${type}` : plain}${cast || plain !== name ? ` as ${name}` : ''}`
  })
  return `select\n${lines.join(',\n')}\nfrom ${from}\n`
}

function buildText(
  { name, columns }: NewProduct,
  { path, format }: { readonly path: string; readonly format: string },
): string {
  const kept = columns.filter(c => format === 'csv' && c.type === 'VARCHAR' && c.cast)
  const types = kept.map(c => `${yamlText(c.source)}: VARCHAR`).join(', ')
  return [
    'apiVersion: meshwright/v1',
    'kind: Build',
    'inputs:',
    `  source: {source: file, path: ${yamlText(path)}, format: ${format}${types === '' ? '' : `, options: {types: {${types}}}`}}`,
    'outputs:',
    `  ${name}: {sql: ${name}.sql, mode: full}`,
    '',
  ].join('\n')
}

function productText({ domain, name, purpose, channel, source }: NewProduct): string {
  return [
    'apiVersion: v1.1.0',
    'kind: DataProduct',
    `id: ${domain}.${name}`,
    `name: ${name}`,
    'version: 1.0.0',
    'status: active',
    `domain: ${domain}`,
    `type: ${source.kind === 'file' ? 'sourceAligned' : 'consumerAligned'}`,
    'description:',
    `  purpose: ${yamlText(purpose)}`,
    'outputPorts:',
    `  - {name: ${name}, version: 1.0.0, type: tables, contractId: ${domain}.${name}}`,
    'support:',
    `  - {channel: ${yamlText(channel)}, url: ${yamlText(channel.includes('@') ? `mailto:${channel}` : `https://example.com/${encodeURIComponent(channel)}`)}, tool: ${channel.includes('@') ? 'email' : 'other'}}`,
    '',
  ].join('\n')
}
