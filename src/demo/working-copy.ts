import { copyFile, cp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the loader works: the documents of the sample mesh, and beside them the data that they read. */
export interface WorkingCopy {
  readonly folder: string
  /** The documents of `departures` 1.0.0, which the example holds at 1.1.0. */
  readonly before: string
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
  for (const made of [raw, join(folder, madeFolder)]) await mkdir(made, { recursive: true })
  return {
    folder,
    before: join(example, '..', 'departures-1.0.0'),
    addMonth: month => copyFile(join(folder, madeFolder, monthFile(month)), join(raw, monthFile(month))),
  }
}

const rawFolder = 'flights/products/departures/raw'
/** What is made of the original files, until it is put in its place. */
export const madeFolder = 'made'
export const monthFile = (month: number): string => `2001-0${month}.parquet`
