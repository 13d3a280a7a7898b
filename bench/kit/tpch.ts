import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Client } from './client.ts'
import { memoryMb } from './duckdb.ts'
import { root, scratch, startProduct, type Product } from './product.ts'

/** The tables of TPC-H as its specification types them; `!` marks the key. Nothing is null. */
export const tpchTables = {
  region: '!r_regionkey BIGINT, r_name VARCHAR, r_comment VARCHAR',
  nation: '!n_nationkey BIGINT, n_name VARCHAR, n_regionkey BIGINT, n_comment VARCHAR',
  supplier:
    '!s_suppkey BIGINT, s_name VARCHAR, s_address VARCHAR, s_nationkey BIGINT, s_phone VARCHAR, s_acctbal DECIMAL(15,2), s_comment VARCHAR',
  customer:
    '!c_custkey BIGINT, c_name VARCHAR, c_address VARCHAR, c_nationkey BIGINT, c_phone VARCHAR, c_acctbal DECIMAL(15,2), c_mktsegment VARCHAR, c_comment VARCHAR',
  part: '!p_partkey BIGINT, p_name VARCHAR, p_mfgr VARCHAR, p_brand VARCHAR, p_type VARCHAR, p_size INTEGER, p_container VARCHAR, p_retailprice DECIMAL(15,2), p_comment VARCHAR',
  partsupp:
    '!ps_partkey BIGINT, !ps_suppkey BIGINT, ps_availqty INTEGER, ps_supplycost DECIMAL(15,2), ps_comment VARCHAR',
  orders:
    '!o_orderkey BIGINT, o_custkey BIGINT, o_orderstatus VARCHAR, o_totalprice DECIMAL(15,2), o_orderdate DATE, o_orderpriority VARCHAR, o_clerk VARCHAR, o_shippriority INTEGER, o_comment VARCHAR',
  lineitem:
    '!l_orderkey BIGINT, l_partkey BIGINT, l_suppkey BIGINT, !l_linenumber INTEGER, l_quantity DECIMAL(15,2), l_extendedprice DECIMAL(15,2), l_discount DECIMAL(15,2), l_tax DECIMAL(15,2), l_returnflag VARCHAR, l_linestatus VARCHAR, l_shipdate DATE, l_commitdate DATE, l_receiptdate DATE, l_shipinstruct VARCHAR, l_shipmode VARCHAR, l_comment VARCHAR',
} as const
export type TpchTable = keyof typeof tpchTables

interface TpchColumn {
  readonly name: string
  readonly type: string
  readonly key: boolean
}

export const columnsOf = (table: TpchTable): readonly TpchColumn[] =>
  tpchTables[table].split(/, (?=!?[a-z])/).map(text => {
    const [name = '', type = ''] = text.replace('!', '').split(' ')
    return { name, type, key: text.startsWith('!') }
  })

/** Folder of the source files at scale factor 1, made once by the generator `tpchgen-cli` from the Python registry. */
export function tpchFiles(): string {
  const folder = join(root, '.cache/tpch-sf1')
  if (existsSync(join(folder, 'lineitem.parquet'))) return folder
  console.error('Generating TPC-H at scale factor 1 by tpchgen-cli 4.0.0, once …')
  const venv = join(root, '.cache/tpch-venv')
  const options = { stdio: 'inherit' } as const
  if (!existsSync(venv)) execFileSync('python3', ['-m', 'venv', venv], options)
  execFileSync(join(venv, 'bin/pip'), ['install', '--quiet', 'tpchgen-cli==4.0.0'], options)
  const making = scratch('tpch')
  execFileSync(join(venv, 'bin/tpchgen-cli'), ['parquet', '-s', '1', '--output-dir', making], options)
  renameSync(making, folder)
  return folder
}

/** Statements of a file of them, which end in semicolons. */
export const tpchStatements = (): readonly string[] =>
  readFileSync(join(root, 'test/query/statements/tpch.sql'), 'utf8')
    .replace(/^--.*$/gm, '')
    .split(';')
    .map(text => text.trim())
    .filter(text => text !== '')

export interface TpchProduct {
  readonly table: TpchTable
  /** The primary key is declared, and so checked. */
  readonly keyed: boolean
}

/** A mesh folder with one product for each table, read from the generator's files. Everything in it is open. */
export function tpchMesh(products: readonly TpchProduct[]): string {
  const folder = scratch('mesh')
  const write = (path: string, lines: readonly string[]) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), `${lines.join('\n')}\n`)
  }
  write('tpch/domain.yaml', [
    'apiVersion: meshwright/v1',
    'kind: Domain',
    'id: tpch',
    'title: TPC-H',
    'team: bench',
    'members: [{person: bench@example.com, roles: [product-owner, data-engineer, domain-expert, consumer]}]',
    `infrastructure: {limits: {memoryMb: ${memoryMb}, timeoutS: 600, concurrency: 2}}`,
  ])
  write('tpch/policies/open.policy.yaml', [
    'apiVersion: meshwright/v1',
    'kind: Policy',
    'id: open',
    'title: Everything is open',
    'team: bench',
    'status: enforced',
    "tables: 'true'",
    'onQuery: {open: true}',
  ])
  for (const { table, keyed } of products) {
    const place = `tpch/products/${table}`
    write(`${place}/${table}.odcs.yaml`, [
      'apiVersion: v3.1.0',
      'kind: DataContract',
      `id: tpch.${table}`,
      'version: 1.0.0',
      'status: active',
      `description: {purpose: 'The table ${table} of TPC-H'}`,
      'schema:',
      `  - name: ${table}`,
      '    properties:',
      ...columnsOf(table).map(column => `      - ${propertyOf(column, keyed)}`),
    ])
    write(`${place}/build.yaml`, [
      'apiVersion: meshwright/v1',
      'kind: Build',
      'inputs:',
      `  raw: {source: file, path: '${join(tpchFiles(), `${table}.parquet`)}'}`,
      'outputs:',
      `  ${table}: {sql: ${table}.sql, mode: full}`,
    ])
    write(`${place}/${table}.sql`, [
      `select ${columnsOf(table)
        .map(({ name }) => name)
        .join(', ')} from raw`,
    ])
  }
  return folder
}

function propertyOf({ name, type, key }: TpchColumn, keyed: boolean): string {
  const kind = type === 'VARCHAR' ? 'string' : type === 'DATE' ? 'date' : type.startsWith('DEC') ? 'number' : 'integer'
  const isKey = keyed && key ? ', primaryKey: true' : ''
  return `{name: ${name}, logicalType: ${kind}, physicalType: "${type}", required: true, classification: public${isKey}}`
}

export const allProducts = (Object.keys(tpchTables) as TpchTable[]).map(table => ({ table, keyed: false }))

/** A server that may read the generator's files, with the mesh published by the product's own command. */
export async function publishedTpch(products: readonly TpchProduct[]): Promise<Product> {
  const product = await startProduct({
    MESHWRIGHT_PLATFORM_ENGINEER: 'bench@example.com',
    MESHWRIGHT_SOURCE_FOLDERS: tpchFiles(),
    MESHWRIGHT_QUERY_MEMORY_MB: String(memoryMb),
  })
  try {
    await product.cli('publish', join(tpchMesh(products), 'tpch'))
    return product
  } catch (thrown) {
    await product.stop()
    throw thrown
  }
}

/** Files of the lake that hold a table now. */
export const lakeFiles = (product: Product, table: TpchTable): readonly string[] =>
  readdirSync(join(product.home, 'lake'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.parquet'))
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => path.includes(`/${table}/`))

export interface Run {
  readonly id: string
  readonly state: string
  readonly steps: readonly { readonly name: string; readonly elapsedMs?: number }[]
  readonly problem?: { readonly message: string }
}

/** Builds a product once more and waits for its end. */
export async function runProduct(client: Client, product: string): Promise<Run> {
  const { id } = await client.json<{ id: string }>('POST', '/api/v1/runs', { product })
  for (;;) {
    const run = await client.json<Run>('GET', `/api/v1/runs/${id}?wait=30000`)
    if (run.state === 'promoted') return run
    if (!['queued', 'running', 'checking'].includes(run.state)) throw new Error(`${product}: ${run.problem?.message}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
