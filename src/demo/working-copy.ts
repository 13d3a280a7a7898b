import { copyFile, cp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { quoteText } from '../base/index.ts'
import { generatePeople, type Execute } from './generate.ts'

/** Where the loader works: the documents of the sample mesh, and beside them the data that they read. */
export interface WorkingCopy {
  readonly folder: string
  /** Adds the file of a month, 1 to 6, to what `departures` reads. */
  readonly addMonth: (month: number) => Promise<void>
}

export interface Origins {
  /** `examples/skyways` of the installed package. */
  readonly example: string
  /** `data` of the installed package `vega-datasets`. */
  readonly datasets: string
}

const places = {
  'airports.csv': 'network/products/airports',
  'flights-airport.csv': 'network/products/routes',
  'zipcodes.csv': 'network/products/catchments',
  'seattle-weather-hourly-normals.csv': 'network/products/climate',
  'weather.csv': 'network/products/climate',
  'birdstrikes.csv': 'safety/products/wildlife_strikes',
  'income.json': 'marketing/products/reach',
} as const

/** Copies the example into an empty folder and puts the real data, unchanged, beside its documents. */
export async function layOut({ example, datasets }: Origins, folder: string): Promise<WorkingCopy> {
  await rm(folder, { recursive: true, force: true })
  await cp(example, folder, { recursive: true })
  for (const [file, place] of Object.entries(places)) await copyFile(join(datasets, file), join(folder, place, file))
  const raw = join(folder, rawFolder)
  await mkdir(raw, { recursive: true })
  return { folder, addMonth: month => copyFile(join(folder, 'months', monthFile(month)), join(raw, monthFile(month))) }
}

const rawFolder = 'flights/products/departures/raw'
const monthFile = (month: number) => `2001-0${month}.parquet`
const months = [1, 2, 3, 4, 5, 6]

/** One file a month; the number of a flight is its row in the original file. What July has of it is left out. */
export async function splitByMonth(execute: Execute, datasets: string, folder: string): Promise<void> {
  await mkdir(join(folder, 'months'), { recursive: true })
  const original = `read_parquet(${quoteText(join(datasets, 'flights-3m.parquet'))}, file_row_number = true)`
  for (const month of months) {
    const [from, to] = [month, month + 1].map(m => `timestamp '2001-0${m}-01'`)
    await execute(
      `copy (select file_row_number as flight_id, * exclude (file_row_number) from ${original} where "date" >= ${from} and "date" < ${to})
       to ${quoteText(join(folder, 'months', monthFile(month)))} (format parquet)`,
    )
  }
}

/** Invents crew and passengers from the months and puts them beside their documents. */
export async function inventPeople(execute: Execute, { datasets }: Origins, folder: string): Promise<void> {
  const people = join(folder, 'generated')
  await mkdir(people, { recursive: true })
  await generatePeople(
    execute,
    {
      flights: months.map(month => join(folder, 'months', monthFile(month))),
      zipCodes: join(datasets, 'zipcodes.csv'),
      airports: join(datasets, 'airports.csv'),
    },
    people,
  )
  for (const file of ['crew.csv', 'rosters.csv'])
    await copyFile(join(people, file), join(folder, 'people/products/crew', file))
  for (const file of ['passengers.csv', 'bookings.csv'])
    await copyFile(join(people, file), join(folder, 'sales/products/bookings', file))
}
