import { MeshError } from '../../base/index.ts'
import { columnsOfQuery, columnsOfTable } from '../../scaffold/index.ts'
import type { Cli } from '../command.ts'
import type { Look } from './look.ts'
import type { MeshView, ServerView } from './mesh-view.ts'

/** A table of the mesh, as its contract describes it. */
export async function lookAtTable(table: string, view: MeshView, cli: Cli): Promise<Look> {
  const { api } = await serverOf(view, cli)
  const shown = await api.call('table', { id: table })
  return {
    source: { kind: 'table', table: shown.id },
    columns: columnsOfTable(shown.id, shown.columns),
    called: shown.id,
    notes: maskNotes(shown.columns.filter(column => column.mask !== undefined).map(column => column.name)),
    ...(shown.rows === undefined ? {} : { rows: shown.rows }),
  }
}

/** What a statement gives, and from which tables. */
export async function lookAtQuery(sql: string, view: MeshView, cli: Cli): Promise<Look> {
  const server = await serverOf(view, cli)
  const { columns, tables } = await explain(sql, server)
  const shown = await Promise.all(
    tables.map(async id => ({ id, columns: (await server.api.call('table', { id })).columns })),
  )
  const guesses = columnsOfQuery(columns, shown, view.known)
  const unknown = guesses.filter(column => column.because === undefined).map(column => column.name)
  return {
    source: { kind: 'query', sql, tables },
    columns: guesses,
    called:
      tables.length === 0
        ? 'a query'
        : `${tables.slice(0, -1).join(', ')}${tables.length > 1 ? ' and ' : ''}${tables.at(-1)}`,
    notes:
      unknown.length === 0
        ? []
        : [
            `${unknown.join(', ')}: computed or renamed, so the mesh's default class ${view.known.defaultClass} was taken. Class it more strictly where it tells more.`,
          ],
  }
}

const maskNotes = (names: readonly string[]) =>
  names.length === 0 ? [] : [`${names.join(', ')}: masked for you, and so probably for the product too.`]

interface Explained {
  readonly verdict: 'allow' | 'deny'
  readonly code?: string
  readonly detail?: string
  readonly fix?: string
  readonly next?: { readonly command: string }
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly tables: readonly { readonly table: string }[]
}

/** For the first purpose for which the person may ask it: only names and types are wanted. */
async function explain(sql: string, { api, purposes }: ServerView) {
  let refused: Explained | undefined
  for (const purpose of [undefined, ...purposes]) {
    const body = { sql, ...(purpose === undefined ? {} : { purpose }) }
    const answer = (await api.call('explain', body)) as unknown as Explained
    if (answer.verdict === 'allow') {
      return { columns: answer.columns, tables: [...new Set(answer.tables.map(({ table }) => table))] }
    }
    if (refused === undefined || refused.code === 'purpose.required') refused = answer
    if (answer.code?.startsWith('sql.') === true) break
  }
  throw new MeshError((refused?.code ?? 'sql.invalid') as 'sql.invalid', refused?.detail ?? 'The query was refused.', {
    ...(refused?.fix === undefined ? {} : { fix: refused.fix }),
    ...(refused?.next === undefined ? {} : { next: refused.next }),
  })
}

/** Tables and queries are the server's: without it, its own no is said. */
async function serverOf(view: MeshView, cli: Cli): Promise<ServerView> {
  if (view.server !== undefined) return view.server
  await (await cli.api()).call('whoami', {})
  throw new MeshError('server.unreachable', 'The server did not answer in time.', { fix: 'Try again.' })
}
