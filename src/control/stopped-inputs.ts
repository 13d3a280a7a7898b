import { foldAscii, principalOf, resolveTableName, type MeshState, type Product } from '../mesh/index.ts'
import { versionFor } from '../policy/index.ts'
import { majorsOf } from './publish/majors-of.ts'

/** A table that a build reads in a major for which no newer data comes. */
export interface StoppedInput {
  readonly input: string
  readonly table: string
  readonly message: string
}

/** The build of a table makes its newest major only: whoever reads another one goes on with the rows that are there. */
export function stoppedInputs(state: MeshState, product: Product, now: Date): readonly StoppedInput[] {
  const builder = principalOf(state, `product:${product.id}`)
  return Object.entries(product.build.inputs).flatMap(([input, reading]) => {
    const [domain = '', name = ''] = reading.kind === 'table' ? reading.table.split('.') : []
    const found = resolveTableName(state, domain, name)
    const major = reading.kind === 'table' ? (reading.major ?? found?.major) : undefined
    const version =
      found === undefined
        ? undefined
        : versionFor(state, builder, found.table, {
            ...(major === undefined ? {} : { major }),
            purpose: 'product',
            door: 'build',
            now,
          })
    const maker = version === undefined ? undefined : state.products.get(version.product)?.product
    if (version === undefined || maker === undefined || maker.id === product.id) return []
    const made = Math.max(0, ...majorsOf(maker, foldAscii(version.id)))
    if (made === version.major) return []
    const why = made === 0 ? 'no contract promises it any more' : `its build makes v${made} now`
    const what = `reads v${version.major} of ${version.id}, for which no newer data comes: ${why}`
    return [{ input, table: version.id, message: `${product.id} ${what}.` }]
  })
}
