import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MeshError, messageOf, quoteName } from '../base/index.ts'
import type { MeshState, Product } from '../mesh/index.ts'
import { EngineError } from '../query/index.ts'
import type { BuildFault } from './build-fault.ts'
import { examineProduct } from './examine-product.ts'
import { findSources } from './find-sources.ts'
import type { WorkshopSession } from './needs.ts'
import type { RunsWorld } from './world.ts'

const limitsOf = { memoryMb: 512, timeoutMs: 20_000 } as const
/** Sessions at once; each examines its share of the products. */
const sessionsMax = 2

/**
 * Tries the builds of products on empty twins of their inputs, before they are put in force: a mistake that every run
 * would meet is told at its place, and burns no version. `state` is the mesh as it would be. No data but the heads of
 * source files is read, and an engine that fails itself says nothing about the products.
 */
export async function examineBuilds(
  world: RunsWorld,
  products: readonly Product[],
  state: MeshState,
): Promise<readonly BuildFault[]> {
  if (products.length === 0) return []
  await mkdir(world.staging, { recursive: true })
  const waiting = [...products]
  const found = new Map<string, readonly BuildFault[]>()
  const shares = Array.from({ length: Math.min(sessionsMax, products.length) }, () => examineSome())
  await Promise.all(shares)
  return products.flatMap(product => found.get(product.id) ?? [])

  async function examineSome(): Promise<void> {
    const read = await readable(world, products)
    const scratch = await mkdtemp(join(world.staging, 'look-'))
    try {
      while (waiting.length > 0) await examineInOneSession(read, scratch)
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  }

  /** Until nothing is left, or the engine failed at one: what comes after it gets a session of its own. */
  async function examineInOneSession(read: readonly string[], scratch: string): Promise<void> {
    let session: WorkshopSession | undefined
    let trying: Product | undefined
    try {
      session = await world.workshop.open({ read, write: scratch, ...limitsOf })
      await session.lock()
      for (trying = waiting.shift(); trying !== undefined; trying = waiting.shift()) {
        found.set(trying.id, await examineProduct({ world, session, state, product: trying }))
        await forget(session)
      }
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) throw thrown
      // An engine that does not start for one starts for none.
      for (const product of trying === undefined ? waiting.splice(0) : [trying]) {
        if (!found.has(product.id)) found.set(product.id, [notTried(product, thrown)])
      }
    } finally {
      await session?.close()
    }
  }
}

const notTried = ({ id }: Product, thrown: EngineError): BuildFault => ({
  product: id,
  code: 'engine.crashed',
  severity: 'warning',
  message: `The build of ${id} could not be tried: ${messageOf(thrown)}`,
})

/** What is not there is told product by product. */
async function readable(world: RunsWorld, products: readonly Product[]): Promise<readonly string[]> {
  const paths = new Set<string>()
  for (const input of products.flatMap(product => Object.values(product.build.inputs))) {
    if (input.kind !== 'file') continue
    try {
      for (const { absolute } of await findSources(world, input)) paths.add(absolute)
    } catch (thrown) {
      if (!(thrown instanceof MeshError)) throw thrown
    }
  }
  return [...paths]
}

/** Nothing of one product is there for the next. */
async function forget(session: WorkshopSession): Promise<void> {
  const made = await session.execute(
    `select 'view' as kind, schema_name as s, view_name as t from duckdb_views() where not internal union all ` +
      `select 'table', schema_name, table_name from duckdb_tables()`,
  )
  for (const { kind, s, t } of made) {
    const name = [s, t].map(part => quoteName(typeof part === 'string' ? part : '')).join('.')
    await session.execute(`drop ${kind === 'view' ? 'view' : 'table'} if exists ${name} cascade`)
  }
}
