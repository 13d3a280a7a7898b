import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quoteText } from '../base/index.ts'
import { birthDate, personOf, phoneOf, two } from './people.ts'
import { streamOf, weighted, type Stream } from './random.ts'

/** Runs one SQL statement of ours on the engine; rows by column name. */
export type Execute = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

export interface Sources {
  /** Absolute paths of the monthly flight files, of `zipcodes.csv` and of `airports.csv`. */
  readonly flights: readonly string[]
  readonly zipCodes: string
  readonly airports: string
}

const counts = { passengers: 40_000, bookings: 300_000, crew: 2_400, zipKmMax: 120 } as const
const bases = ['ATL', 'ORD', 'DFW', 'LAX', 'PHX', 'DEN', 'MSP', 'DTW', 'STL', 'SEA', 'EWR', 'BOS'] as const

/**
 * Writes the invented people of the demo into `folder`: `crew.csv`, `rosters.csv`, `passengers.csv`, `bookings.csv`,
 * the same bytes on every machine. Every booking and every duty is for a flight that `flights.departures` keeps.
 */
export async function generatePeople(execute: Execute, sources: Sources, folder: string): Promise<void> {
  await keptFlights(execute, sources)
  const origins = await execute('select origin, count(*)::integer as flights from kept group by origin order by origin')
  const airports: Airports = {
    codes: origins.map(row => String(row['origin'])),
    flights: origins.map(row => Number(row['flights'])),
    zips: await zipCodes(execute, sources),
  }
  await crew(execute, airports, folder)
  await sales(execute, airports, folder)
}

interface Airports {
  readonly codes: readonly string[]
  readonly flights: readonly number[]
  /** Postal codes around each airport, by its code. */
  readonly zips: ReadonlyMap<string, readonly string[]>
}

/** The flights that the product keeps, by the same rules: no impossible delay, none twice, none of July. */
async function keptFlights(execute: Execute, { flights }: Sources): Promise<void> {
  const files = flights.map(quoteText).join(', ')
  await execute(
    `create temp table kept as select flight_id, "date", distance, origin from read_parquet([${files}])
     where delay between -120 and 1440
     qualify row_number() over (partition by "date", delay, distance, origin, destination order by flight_id) = 1`,
  )
  await execute(
    `create temp table numbered as select origin, row_number() over (partition by origin order by flight_id) as k, flight_id, "date", distance from kept`,
  )
}

async function zipCodes(execute: Execute, sources: Sources): Promise<ReadonlyMap<string, readonly string[]>> {
  const cosine = `sin(radians(z.lat)) * sin(radians(a.lat)) + cos(radians(z.lat)) * cos(radians(a.lat)) * cos(radians(z.lon - a.lon))`
  const rows = await execute(
    `with z as (select zip_code, latitude::double as lat, longitude::double as lon from read_csv(${quoteText(sources.zipCodes)}, all_varchar = true, header = true)),
     a as (select iata, latitude::double as lat, longitude::double as lon from read_csv(${quoteText(sources.airports)}, all_varchar = true, header = true)
       where iata in (select distinct origin from kept)),
     pairs as (select z.zip_code, a.iata, 6371 * acos(least(1, ${cosine})) as km from z join a on abs(z.lat - a.lat) < 1.1),
     nearest as (select zip_code, arg_min(iata, km) as iata, min(km) as km from pairs group by zip_code)
     select iata, list(zip_code order by zip_code) as zips from nearest where km <= ${counts.zipKmMax} group by iata order by iata`,
  )
  return new Map(rows.map(row => [String(row['iata']), row['zips'] as string[]]))
}

async function crew(execute: Execute, airports: Airports, folder: string): Promise<void> {
  const [people, duties] = [streamOf(2001), streamOf(2002)]
  const members = ['crew_id,full_name,birth_date,licence_no,medical_valid_until,email,salary_usd,base,role']
  const draws = ['duty,crew_id,origin,k,role']
  let duty = 0
  for (let i = 0; i < counts.crew; i++) {
    const id = 10_001 + i
    const base = bases[i % bases.length]!
    const role = roleOf(people)
    const { name, email } = personOf(people, id)
    const medical = `2001-${two(people.between(7, 12))}-${two(people.between(1, 28))}`
    const salary = { captain: 120_000, 'first officer': 70_000, cabin: 32_000 }[role] + 500 * people.between(0, 60)
    members.push(
      `${id},${name},${birthDate(people, 1942, 1978)},L${people.between(1_000_000, 9_999_999)},${medical},${email},${salary},${base},${role}`,
    )
    const flights = airports.flights[airports.codes.indexOf(base)]!
    for (let n = duties.between(20, 60); n > 0; n--)
      draws.push(`${++duty},${id},${base},${duties.between(1, flights)},${role}`)
  }
  await write(folder, 'crew.csv', members)
  await write(folder, 'duties.draws', draws)
  await copyTo(
    execute,
    join(folder, 'rosters.csv'),
    `select d.crew_id, f.flight_id, any_value(d.role) as role
     from ${drawn(folder, 'duties.draws')} d join numbered f on f.origin = d.origin and f.k = d.k
     group by d.crew_id, f.flight_id order by min(d.duty)`,
  )
}

function roleOf(stream: Stream): 'captain' | 'first officer' | 'cabin' {
  const share = stream.next()
  return share < 0.2 ? 'captain' : share < 0.4 ? 'first officer' : 'cabin'
}

const tiers = ['basic', 'silver', 'gold', 'platinum'] as const
const tierShares = [70, 20, 8, 2]
const bookingsByTier = [1, 3, 8, 15]

async function sales(execute: Execute, airports: Airports, folder: string): Promise<void> {
  const [people, trips] = [streamOf(2003), streamOf(2004)]
  const homes = airports.codes.filter(code => airports.zips.has(code))
  const homeOf = weighted(homes.map(code => airports.flights[airports.codes.indexOf(code)]!))
  const tierOf = weighted(tierShares)
  const passengers = [
    'passenger_id,full_name,email,phone,birth_date,passport_no,zip_code,home_airport,tier,marketing_consent',
  ]
  const weights: number[] = []
  const homeAt: number[] = []
  for (let i = 0; i < counts.passengers; i++) {
    const id = 500_001 + i
    const home = homes[homeOf(people)]!
    const tier = tierOf(people)
    const { name, email } = personOf(people, id)
    const zip = people.pick(airports.zips.get(home)!)
    const consent = people.next() < 0.62
    passengers.push(
      `${id},${name},${email},${phoneOf(people)},${birthDate(people, 1925, 1984)},P${people.between(10_000_000, 99_999_999)},${zip},${home},${tiers[tier]},${consent}`,
    )
    weights.push(bookingsByTier[tier]!)
    homeAt.push(airports.codes.indexOf(home))
  }
  await write(folder, 'passengers.csv', passengers)
  const travellerOf = weighted(weights)
  const originOf = weighted(airports.flights)
  const draws = ['booking_id,passenger_id,origin,k,lead_days,factor,channel,cabin']
  for (let i = 0; i < counts.bookings; i++) {
    const traveller = travellerOf(trips)
    const origin = trips.next() < 0.6 ? homeAt[traveller]! : originOf(trips)
    const cabin = trips.next()
    const channel = trips.pick(['web', 'web', 'app', 'agency', 'phone'])
    draws.push(
      `${1_000_001 + i},${500_001 + traveller},${airports.codes[origin]},${trips.between(1, airports.flights[origin]!)},${trips.between(1, 90)},${trips.between(60, 180)},${channel},${cabin < 0.88 ? 'economy' : cabin < 0.96 ? 'premium' : 'first'}`,
    )
  }
  await write(folder, 'bookings.draws', draws)
  await copyTo(
    execute,
    join(folder, 'bookings.csv'),
    `select d.booking_id, d.passenger_id, f.flight_id, f."date"::date - d.lead_days::integer as booked_on,
       (((4900 + 11 * f.distance) * d.factor // 100) / 100)::decimal(9, 2) as fare_usd, d.channel, d.cabin
     from ${drawn(folder, 'bookings.draws')} d join numbered f on f.origin = d.origin and f.k = d.k order by d.booking_id`,
  )
}

const drawn = (folder: string, name: string) => `read_csv(${quoteText(join(folder, name))}, header = true)`

const copyTo = (execute: Execute, path: string, select: string) =>
  execute(`copy (${select}) to ${quoteText(path)} (format csv, header true)`)

const write = (folder: string, name: string, lines: readonly string[]) =>
  writeFile(join(folder, name), `${lines.join('\n')}\n`)
