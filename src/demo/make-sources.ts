import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quoteText } from '../base/index.ts'
import type { Workshop } from '../runs/index.ts'
import { generatePeople } from './generate.ts'
import { madeFolder, monthFile, type Origins } from './working-copy.ts'

export interface Maker {
  /** One file a month; the number of a flight is its row in the original file. What July has of it is left out. */
  readonly splitByMonth: () => Promise<void>
  /** Invents crew and passengers from the months and puts them beside their documents. */
  readonly inventPeople: () => Promise<void>
  readonly close: () => Promise<void>
}

const months = [1, 2, 3, 4, 5, 6]

/** An engine process of its own, which sees the original files and writes what is made of them. */
export async function openMaker({
  workshop,
  origins,
  folder,
}: {
  readonly workshop: Workshop
  readonly origins: Origins
  readonly folder: string
}): Promise<Maker> {
  const made = join(folder, madeFolder)
  const [flights, zipCodes, airports] = ['flights-3m.parquet', 'zipcodes.csv', 'airports.csv'].map(file =>
    join(origins.datasets, file),
  ) as [string, string, string]
  const session = await workshop.open({
    read: [flights, zipCodes, airports],
    write: made,
    memoryMb: 2048,
    timeoutMs: 300_000,
  })
  return {
    async splitByMonth() {
      const original = `read_parquet(${quoteText(flights)}, file_row_number = true)`
      for (const month of months) {
        const [from, to] = [month, month + 1].map(m => `timestamp '2001-0${m}-01'`)
        await session.execute(
          `copy (select file_row_number as flight_id, * exclude (file_row_number) from ${original} where "date" >= ${from} and "date" < ${to})
           to ${quoteText(join(made, monthFile(month)))} (format parquet)`,
        )
      }
    },
    async inventPeople() {
      const files = months.map(month => join(made, monthFile(month)))
      await generatePeople(sql => session.execute(sql), { flights: files, zipCodes, airports }, made)
      const moves = {
        'people/products/crew': ['crew.csv', 'rosters.csv'],
        'sales/products/bookings': ['passengers.csv', 'bookings.csv'],
      }
      for (const [place, names] of Object.entries(moves))
        for (const name of names) await copyFile(join(made, name), join(folder, place, name))
    },
    close: () => session.close(),
  }
}
