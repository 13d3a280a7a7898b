import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { digestOf } from '../base/index.ts'
import { principalOf, resolvePrincipal } from '../mesh/index.ts'
import { handlers, type Caller, type Rooms } from '../operations/index.ts'
import type { RunRecord } from '../runs/index.ts'
import type { Wish } from './cast.ts'

/** The ordinary operations, done as a person named. */
export interface Acting {
  /** Publishes the files beneath these paths of the folder, and gives the products that have to be run. */
  readonly publish: (who: string, paths: readonly string[]) => Promise<readonly string[]>
  /** Builds one product and gives the finished run, whatever became of it. */
  readonly run: (who: string, product: string) => Promise<RunRecord>
  readonly grant: (wish: Wish) => Promise<void>
  readonly query: (who: string, purpose: string | undefined, sql: string) => Promise<void>
}

export function acting(rooms: Rooms, folder: string): Acting {
  const as = (who: string): Caller => {
    const state = rooms.control.state()
    return { principal: principalOf(state, resolvePrincipal(state, who)), door: 'http' }
  }
  return {
    async publish(who, paths) {
      const files = []
      for (const path of (await Promise.all(paths.map(p => filesBeneath(join(folder, p))))).flat().sort()) {
        const bytes = await readFile(path)
        const digest = digestOf(bytes)
        if (!(await rooms.bundles.has(digest))) await rooms.bundles.put(bytes)
        files.push({ path: relative(folder, path).split(sep).join('/'), digest, sizeBytes: bytes.length })
      }
      const { runs } = await handlers.publish(rooms, { files, folder: 'skyways' }, as(who))
      return runs.map(run => run.product)
    },

    async run(who, product) {
      const { id } = await rooms.runs.start({ product, by: as(who).principal.id })
      return rooms.runs.wait(id)
    },

    async grant({ who, asks = who, tables, purpose, approves }) {
      for (const table of tables) {
        const request = await handlers.requestAccess(rooms, { table, purpose, for: who }, as(asks))
        if (approves !== undefined && request.state === 'requested') {
          await handlers.answerAccess(rooms, { id: request.id, answer: 'approve' }, as(approves))
        }
      }
    },

    async query(who, purpose, sql) {
      const { body } = await rooms.gateway.query({
        sql,
        params: [],
        principal: as(who).principal,
        ...(purpose === undefined ? {} : { purpose }),
        door: 'http',
        format: 'json',
        url: rooms.url(),
      })
      for await (const _ of body); // the answer is for the record alone
    },
  }
}

async function filesBeneath(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOTDIR') return undefined
      throw thrown
    },
  )
  if (entries === undefined) return [path]
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}
