import { MeshError, nearest } from '../base/index.ts'
import { checksOf, type Check } from '../contract/index.ts'
import {
  foldAscii,
  majorOf,
  type Infrastructure,
  type Input,
  type MeshState,
  type Output,
  type Product,
  type TableVersion,
} from '../mesh/index.ts'
import type { TableReference, Walk } from '../query/index.ts'
import { checkedSql } from './checked-sql.ts'
import { hasNoOrder } from './has-no-order.ts'
import type { RunsWorld } from './world.ts'

/** What one run has to do, decided on one state of the mesh. */
export interface RunPlan {
  readonly state: MeshState
  readonly product: Product
  readonly limits: Infrastructure['limits']
  readonly outputs: readonly OutputPlan[]
}

export interface OutputPlan {
  readonly table: TableVersion
  readonly output: Output
  readonly rejects?: TableVersion
  readonly walk: Walk
  /** Inputs that its SQL names: name in the SQL → input. */
  readonly inputs: ReadonlyMap<string, Input>
  readonly checks: readonly Check[]
  readonly rejectChecks: readonly Check[]
}

/** Reads the active release of a product into a plan: every SQL text is walked, every name found, before anything runs. */
export async function planRun(world: Pick<RunsWorld, 'parse'>, state: MeshState, productId: string): Promise<RunPlan> {
  const product = state.products.get(productId)?.product
  if (product === undefined) throw new MeshError('thing.not-found', `There is no product ${productId}.`)
  const { limits } = infrastructureOf(state, product)
  const outputs: OutputPlan[] = []
  for (const [name, output] of Object.entries(product.build.outputs)) {
    outputs.push(await planOutput(world, state, product, name, output))
  }
  if (outputs.length === 0) {
    throw new MeshError('run.failed', `Product ${product.id} has no SQL, so there is nothing to build.`, {
      fix: 'Write a SELECT for each table beside its contract.',
    })
  }
  return { state, product, limits, outputs }
}

/** Where a product is built; throws where this server cannot build there. */
export function infrastructureOf(state: MeshState, product: Product): Infrastructure {
  const infrastructure = state.domains.get(product.domain)?.infrastructure
  if (infrastructure === undefined) throw new MeshError('thing.not-found', `There is no domain ${product.domain}.`)
  if (infrastructure.engine !== 'duckdb') {
    throw new MeshError(
      'run.failed',
      `Domain ${product.domain} builds with ${infrastructure.engine}, which is not set up here.`,
      {
        fix: 'Set infrastructure.engine to duckdb in domain.yaml.',
      },
    )
  }
  return infrastructure
}

/** One output read into a plan. */
export async function planOutput(
  world: Pick<RunsWorld, 'parse'>,
  state: MeshState,
  product: Product,
  name: string,
  output: Output,
): Promise<OutputPlan> {
  const table = ownTable(state, product, name)
  const rejects = output.rejects === undefined ? undefined : ownTable(state, product, output.rejects)
  const walk = await checkedSql(world.parse, output.sql, output.file)
  const inputs = new Map<string, Input>()
  for (const reference of walk.tables) {
    const found = inputNamed(product, reference)
    if (found === undefined) throw noSuchInput(product, output, reference)
    inputs.set(...found)
  }
  checkKeys(table, output)
  return {
    table,
    output,
    walk,
    inputs,
    ...(rejects === undefined ? {} : { rejects }),
    checks: checksOf(table.table, table.contract),
    rejectChecks: rejects === undefined ? [] : checksOf(rejects.table, rejects.contract),
  }
}

function ownTable(state: MeshState, product: Product, name: string): TableVersion {
  for (const { contract } of product.ports) {
    if (!contract.tables.some(table => foldAscii(table.name) === foldAscii(name))) continue
    const version = state.tables.get(foldAscii(`${product.domain}.${name}`))?.majors.get(majorOf(contract.version))
    if (version !== undefined) return version
  }
  throw new MeshError(
    'run.failed',
    `The build of ${product.id} makes ${name}, which no contract of the product promises.`,
    {
      fix: `Add ${name} to a contract, or take it out of build.yaml.`,
    },
  )
}

function inputNamed(product: Product, { schema, name }: { schema: string; name: string }): [string, Input] | undefined {
  const wanted = foldAscii(schema === '' ? name : `${schema}.${name}`)
  return Object.entries(product.build.inputs).find(([id]) => foldAscii(id) === wanted)
}

function noSuchInput(product: Product, output: Output, { schema, name, location }: TableReference): MeshError {
  const names = Object.keys(product.build.inputs)
  const wanted = schema === '' ? name : `${schema}.${name}`
  const near = nearest(wanted, names)
  return new MeshError(
    'sql.table-not-found',
    `${output.file} reads ${wanted}, which is no input of the build${near === undefined ? '' : `; did you mean ${near}?`}`,
    {
      fix: `The inputs are ${names.join(', ') || 'none'}: add ${wanted} to build.yaml, or mend the name.`,
      ...(location === undefined ? {} : { context: { location } }),
    },
  )
}

function checkKeys({ table }: TableVersion, output: Output): void {
  const columns = new Set(table.columns.map(column => foldAscii(column.name)))
  const named = [...output.key, ...(output.watermark === undefined ? [] : [output.watermark])]
  const unknown = named.find(name => !columns.has(foldAscii(name)))
  if (unknown !== undefined) {
    throw new MeshError(
      'run.failed',
      `The build of ${table.name} names the column ${unknown}, which the contract lacks.`,
    )
  }
  const mark = table.columns.find(({ name }) => foldAscii(name) === foldAscii(output.watermark ?? ''))
  if (mark !== undefined && hasNoOrder(mark.type)) {
    throw new MeshError(
      'run.failed',
      `The watermark ${mark.name} of ${table.name} is a ${mark.type}, of which none is later than another.`,
      { fix: `Name a column with a time, a date or a number as watermark of outputs.${table.name} in build.yaml.` },
    )
  }
  if ((output.mode === 'merge' || output.mode === 'partition') && output.key.length === 0) {
    throw new MeshError('run.failed', `Mode ${output.mode} of ${table.name} needs a key.`, {
      fix: `Add key: [COLUMN] to outputs.${table.name} in build.yaml.`,
    })
  }
}
