import type { DemoProgress, Rooms } from '../operations/index.ts'
import { cast } from './cast.ts'

/** How far the loading has come, told to whoever asks. The mesh itself says what is there. */
export interface Stage {
  /** Products that are not in force with promoted data of everything that the sample mesh gives them. */
  readonly missing: () => readonly string[]
  readonly has: (product: string) => boolean
  /** Version of the active release. */
  readonly release: (product: string) => string | undefined
  readonly tell: (step: string) => void
  readonly end: () => void
}

export function openStage({ control }: Rooms, report: (progress: DemoProgress) => void): Stage {
  const started = Date.now()
  const has = (product: string) => {
    const { products, tables } = control.state()
    const found = products.get(product)?.product
    if (found === undefined) return false
    return found.ports.every(({ contract }) =>
      contract.tables.every(({ name }) => {
        const majors = [...(tables.get(`${found.domain}.${name}`)?.majors.values() ?? [])]
        const rows = majors.map(version => version.snapshots.at(-1)?.rows)
        return rows.some(n => n !== undefined && n >= (rowsAtLeast[`${found.domain}.${name}`] ?? 0))
      }),
    )
  }
  const say = (state: DemoProgress['state'], step: string) => {
    const done = products.filter(has)
    report({
      state,
      done: done.length,
      of: products.length,
      step,
      products: done,
      people: cast,
      elapsedMs: Date.now() - started,
    })
  }
  return {
    has,
    missing: () => products.filter(product => !has(product)),
    release: product => control.state().products.get(product)?.product.version,
    tell: step => say('loading', step),
    end: () => say('loaded', 'everything is there'),
  }
}

const products = [
  'network.airports',
  'network.climate',
  'safety.wildlife_strikes',
  'flights.departures',
  'flights.punctuality',
  'flights.disruptions',
  'flights.monthly_otp',
  'network.routes',
  'network.catchments',
  'people.crew',
  'sales.bookings',
  'marketing.reach',
]

/** A table that grows month by month is there when June is. */
const rowsAtLeast: Readonly<Record<string, number>> = { 'flights.departures': 2_900_000 }
