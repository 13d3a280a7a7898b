import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MeshError } from '../base/index.ts'
import type { DemoProgress, Rooms } from '../operations/index.ts'
import { acting, type Acting } from './act.ts'
import { cast, wishes } from './cast.ts'
import type { Workshop } from '../runs/index.ts'
import { openMaker } from './make-sources.ts'
import { layOut, type Origins, type WorkingCopy, madeFolder } from './working-copy.ts'

export interface DemoWorld {
  readonly rooms: Rooms
  readonly origins: Origins
  /** Absolute path of a folder of the home that is the loader's own. */
  readonly folder: string
  readonly workshop: Workshop
  readonly platformEngineer: string
}

/**
 * Loads the sample mesh by the ordinary operations, each as the person whose work it is. What has been loaded stays: a
 * second call finds everything published and does nothing again.
 */
export async function loadSkyways(world: DemoWorld, report: (progress: DemoProgress) => void): Promise<void> {
  const { rooms, folder } = world
  const started = Date.now()
  const done: string[] = []
  const tell = (state: DemoProgress['state'], step: string) =>
    report({
      state,
      done: done.length,
      of: productCount,
      step,
      products: [...done],
      people: cast,
      elapsedMs: Date.now() - started,
    })
  if (rooms.control.state().products.size >= productCount) {
    done.push(...rooms.control.state().products.keys())
    return tell('loaded', 'was loaded before')
  }
  tell('loading', 'laying out the documents')
  const copy = await layOut(world.origins, folder)
  const act = acting(rooms, folder)
  const build = async (who: string, product: string, paths: readonly string[]) => {
    tell('loading', `building ${product}`)
    await act.publish(who, paths)
    await promoted(act, who, product)
    done.push(product)
    tell('loading', `built ${product}`)
  }
  const maker = await openMaker(world)
  const months = maker.splitByMonth()
  const people = months.then(() => maker.inventPeople()).finally(() => maker.close())
  people.catch(() => undefined) // it is awaited below; until then another step may fail first
  await act.publish(world.platformEngineer, ['mesh.yaml', 'policies', ...domains.map(d => `${d}/domain.yaml`)])
  for (const [owner, domain] of owners) await act.publish(owner, [`${domain}/domain.yaml`, `${domain}/policies`])
  await build('nia', 'network.airports', ['network/products/airports'])
  await Promise.all([
    build('nia', 'network.climate', ['network/products/climate']),
    build('sol', 'safety.wildlife_strikes', ['safety/products/wildlife_strikes']),
    months.then(() => departures(act, copy, tell)),
  ])
  done.push('flights.departures')
  await Promise.all([
    build('ana', 'flights.punctuality', ['flights/products/punctuality']).then(() =>
      build('ana', 'flights.disruptions', ['flights/products/disruptions']),
    ),
    build('ana', 'flights.monthly_otp', ['flights/products/monthly_otp']),
    build('nia', 'network.routes', ['network/products/routes']).then(() =>
      build('nia', 'network.catchments', ['network/products/catchments']),
    ),
    people.then(async () => {
      await build('ivy', 'people.crew', ['people/products/crew'])
      await build('raj', 'sales.bookings', ['sales/products/bookings'])
    }),
  ])
  await act.grant({
    who: 'product:marketing.reach',
    asks: 'mia',
    tables: ['sales.passengers'],
    purpose: 'product',
    approves: 'raj',
  })
  await build('mia', 'marketing.reach', ['marketing/products/reach'])
  tell('loading', 'asking for access, and answering')
  for (const wish of wishes) await act.grant(wish)
  for (const { who, purpose, sql } of firstQueries) await act.query(who, purpose, sql)
  await rm(join(folder, madeFolder), { recursive: true, force: true })
  tell('loaded', 'everything is there')
}

const productCount = 12
const domains = ['network', 'flights', 'safety', 'people', 'sales', 'marketing']
const owners = [
  ['nia', 'network'],
  ['omar', 'flights'],
  ['sol', 'safety'],
  ['ivy', 'people'],
  ['raj', 'sales'],
  ['mia', 'marketing'],
] as const

/** What is asked first, so that usage is real. */
const firstQueries = [
  { who: 'leo', purpose: 'planning', sql: 'select count(*) from flights.departures' },
  {
    who: 'mia',
    purpose: 'marketing',
    sql: 'select home_airport, count(*) from sales.passengers group by 1 order by 2 desc limit 5',
  },
  { who: 'kai', purpose: 'customer-care', sql: 'select count(*) from sales.bookings' },
  {
    who: 'otp-dashboard',
    purpose: 'operations',
    sql: 'select month, avg(late_pct) from flights.monthly_otp group by month order by month',
  },
] as const

/**
 * January holds three impossible delays and passes; February holds five, which is more than the contract allows, so that
 * readers keep January. Release 1.1.0 sends such rows to a table of their own, and takes the rest of the half year.
 */
async function departures(act: Acting, copy: WorkingCopy, tell: (s: 'loading', step: string) => void): Promise<void> {
  const [product, place] = ['flights.departures', 'flights/products/departures']
  const files = ['odps.yaml', 'odcs.yaml'].map(kind => `departures.${kind}`)
  const documents = [...files, 'build.yaml', 'departures.sql']
  const keep = join(copy.folder, madeFolder, 'departures-1.1.0')
  const use = async (release: string) => {
    for (const file of documents) await cp(join(release, file), join(copy.folder, place, file))
  }
  for (const file of documents) await cp(join(copy.folder, place, file), join(keep, file))
  await use(copy.before)
  await copy.addMonth(1)
  tell('loading', 'departures 1.0.0: January')
  await act.publish('ana', [place])
  await promoted(act, 'ana', product)
  await copy.addMonth(2)
  tell('loading', 'departures 1.0.0: February')
  await act.publish('ana', [place])
  const february = await act.run('ana', product)
  if (february.state !== 'rejected') throw new MeshError('run.failed', `February was ${february.state}, not rejected.`)
  await use(keep)
  tell('loading', 'departures 1.1.0: January and February')
  await act.publish('ana', [place])
  await promoted(act, 'ana', product)
  for (const month of [3, 4, 5, 6]) await copy.addMonth(month)
  tell('loading', 'departures 1.1.0: March to June')
  await act.publish('ana', [place])
  await promoted(act, 'ana', product)
}

async function promoted(act: Acting, who: string, product: string): Promise<void> {
  const run = await act.run(who, product)
  if (run.state === 'promoted') return
  const failed = run.checks
    .filter(check => !check.passed)
    .map(check => `${check.check} (${check.measured ?? check.error})`)
  throw new MeshError('run.failed', `${product} was ${run.state}: ${run.problem?.message ?? failed.join(', ')}`)
}
