import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MeshError } from '../base/index.ts'
import type { DemoProgress, Rooms } from '../operations/index.ts'
import { acting, type Acting } from './act.ts'
import { wishes } from './cast.ts'
import type { Workshop } from '../runs/index.ts'
import { openMaker, type Maker } from './make-sources.ts'
import { openStage, type Stage } from './stage.ts'
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
 * second call goes on where the first one ended.
 */
export async function loadSkyways(world: DemoWorld, report: (progress: DemoProgress) => void): Promise<void> {
  const { rooms, folder } = world
  const stage = openStage(rooms, report)
  const act = acting(rooms, folder)
  if (stage.missing().length > 0) {
    stage.tell('laying out the documents')
    const copy = await layOut(world.origins, folder)
    const maker = await openMaker(world)
    try {
      await loadProducts(world, stage, { act, copy, maker })
    } finally {
      await maker.close()
    }
    await rm(join(folder, madeFolder), { recursive: true, force: true })
  }
  stage.tell('asking for access, and answering')
  for (const wish of wishes) await act.grant(wish)
  for (const { who, purpose, sql } of firstQueries) await act.query(who, purpose, sql)
  stage.end()
}

interface Hands {
  readonly act: Acting
  readonly copy: WorkingCopy
  readonly maker: Maker
}

/** As much side by side as the products' inputs allow. */
async function loadProducts({ platformEngineer }: DemoWorld, stage: Stage, hands: Hands): Promise<void> {
  const { act, maker } = hands
  const build = async (who: string, product: string) => {
    if (stage.has(product)) return
    stage.tell(`building ${product}`)
    await act.publish(who, [product.replace('.', '/products/')])
    await promoted(act, who, product)
    stage.tell(`built ${product}`)
  }
  const months = maker.splitByMonth()
  const people = months.then(() => maker.inventPeople())
  const begun = Promise.allSettled([months, people]) // both are awaited below, after steps that may fail first
  await act.publish(platformEngineer, ['mesh.yaml', 'policies', ...owners.map(([, d]) => `${d}/domain.yaml`)])
  for (const [owner, domain] of owners) await act.publish(owner, [`${domain}/domain.yaml`, `${domain}/policies`])
  await build('nia', 'network.airports')
  await Promise.all([
    build('nia', 'network.climate'),
    build('sol', 'safety.wildlife_strikes'),
    months.then(() => departures(hands, stage)),
  ])
  const inTurn = async (who: string, ...products: readonly string[]) => {
    for (const product of products) await build(who, product)
  }
  await Promise.all([
    inTurn('ana', 'flights.punctuality', 'flights.disruptions'),
    inTurn('ana', 'flights.monthly_otp'),
    inTurn('nia', 'network.routes', 'network.catchments'),
    peopleAndSales(people, build),
  ])
  await act.grant({
    who: 'product:marketing.reach',
    asks: 'mia',
    tables: ['sales.passengers'],
    purpose: 'product',
    approves: 'raj',
  })
  await build('mia', 'marketing.reach')
  await begun
}

async function peopleAndSales(invented: Promise<void>, build: (who: string, product: string) => Promise<void>) {
  await invented
  await build('ivy', 'people.crew')
  await build('raj', 'sales.bookings')
}

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
async function departures({ act, copy }: Hands, stage: Stage): Promise<void> {
  const [product, place] = ['flights.departures', 'flights/products/departures']
  if (stage.has(product)) return
  const documents = ['departures.odps.yaml', 'departures.odcs.yaml', 'build.yaml', 'departures.sql']
  const keep = join(copy.folder, madeFolder, 'departures-1.1.0')
  const use = async (release: string) => {
    for (const file of documents) await cp(join(release, file), join(copy.folder, place, file))
  }
  for (const file of documents) await cp(join(copy.folder, place, file), join(keep, file))
  await copy.addMonth(1)
  if (stage.release(product) !== '1.1.0') {
    await use(copy.before)
    stage.tell('departures 1.0.0: January')
    await act.publish('ana', [place])
    await promoted(act, 'ana', product)
    await copy.addMonth(2)
    stage.tell('departures 1.0.0: February')
    await act.publish('ana', [place])
    const february = await act.run('ana', product)
    if (february.state !== 'rejected')
      throw new MeshError('run.failed', `February was ${february.state}, not rejected.`)
    await use(keep)
    stage.tell('departures 1.1.0: January and February')
    await act.publish('ana', [place])
    await promoted(act, 'ana', product)
  }
  for (const month of [2, 3, 4, 5, 6]) await copy.addMonth(month)
  stage.tell('departures 1.1.0: March to June')
  await act.publish('ana', [place])
  await promoted(act, 'ana', product)
  stage.tell('built flights.departures')
}

async function promoted(act: Acting, who: string, product: string): Promise<void> {
  const run = await act.run(who, product)
  if (run.state === 'promoted') return
  const failed = run.checks
    .filter(check => !check.passed)
    .map(check => `${check.check} (${check.measured ?? check.error})`)
  throw new MeshError('run.failed', `${product} was ${run.state}: ${run.problem?.message ?? failed.join(', ')}`)
}
