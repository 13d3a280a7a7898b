import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { limits, MeshError, nearest } from '../../base/index.ts'
import {
  columnsOfQuery,
  columnsOfTable,
  formatOfName,
  guessColumns,
  profileFile,
  sourceFormat,
  type ColumnGuess,
  type ProductSource,
} from '../../scaffold/index.ts'
import { textOf, type Cli, type Given } from '../command.ts'
import type { MeshView, ServerView } from './mesh-view.ts'

/** What a product is made of, and what a look at it showed. */
export interface Look {
  readonly source: ProductSource
  readonly columns: readonly ColumnGuess[]
  /** File to lay beside the documents. */
  readonly copy?: { readonly from: string; readonly as: string }
  readonly rows?: number
  /** `orders.csv`, `sales.orders`: for sentences. */
  readonly called: string
  /** Said to the person, as whole sentences. */
  readonly notes: readonly string[]
}

export async function lookAtSource(given: Given, product: string, view: MeshView, cli: Cli): Promise<Look> {
  const [from, query] = [textOf(given, 'from'), textOf(given, 'from-query')]
  if (from !== undefined && query !== undefined) {
    throw new MeshError('usage.invalid', 'A product is made from one thing: --from and --from-query are two.', {
      fix: 'Leave one of them out.',
    })
  }
  if (query !== undefined) return lookAtQuery(await statementOf(query, cli), view, cli)
  if (from === undefined) {
    throw new MeshError('usage.invalid', 'Say what the product is made of.', {
      fix: 'Write it as: meshwright new product DOMAIN/NAME --from FILE, or --from domain.table, or --from-query SQL',
    })
  }
  const path = resolve(cli.effects.cwd, from)
  const found = await stat(path).catch(() => undefined)
  if (formatOfName(from) === undefined && otherKinds.test(from)) {
    throw new MeshError('usage.invalid', `${from} is of a kind that is not read here.`, {
      fix: 'Save it as .csv, .json or .parquet and name that.',
    })
  }
  if (found === undefined && /^[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*$/.test(from) && formatOfName(from) === undefined) {
    return lookAtTable(from, view, cli)
  }
  if (found === undefined) throw await noSuchFile(from, path)
  if (!found.isFile()) {
    throw new MeshError('usage.invalid', `${from} is a folder; a product is made from one file of it at first.`, {
      fix: 'Name one file; a path with * in build.yaml reads more of the same kind later.',
    })
  }
  return lookAtFile(path, from, found.size, product, view)
}

/** Endings that look like the name of a table, and are none. */
const otherKinds =
  /\.(xlsx?|xlsm|ods|xml|avro|orc|arrow|feather|sqlite3?|db|duckdb|zip|tar|gz|zst|pdf|html?|yaml|yml|md|sql)$/i

async function noSuchFile(from: string, path: string): Promise<MeshError> {
  const beside = await readdir(dirname(path)).catch(() => [])
  const near = nearest(basename(path), beside)
  return new MeshError('source.not-found', `There is no file ${from}.`, {
    fix: near === undefined ? 'Check the path, which begins where you are.' : `Did you mean ${near}?`,
  })
}

async function lookAtFile(
  path: string,
  from: string,
  sizeBytes: number,
  product: string,
  view: MeshView,
): Promise<Look> {
  const format = sourceFormat(from)
  if (sizeBytes > limits.bundleBytesMax) {
    const mb = (bytes: number) => Math.ceil(bytes / 1_000_000)
    throw new MeshError(
      'request.too-large',
      `${from} has ${mb(sizeBytes)} MB; what is published carries files of at most ${mb(limits.bundleBytesMax)} MB.`,
      { fix: 'Write it as Parquet, which is a fraction of that, or split it into files and name one.' },
    )
  }
  if (sizeBytes === 0) throw new MeshError('source.unreadable', `${from} is empty: it has no columns to promise.`)
  const { openReader } = await import('../../server/index.ts')
  const reader = await openReader(path)
  try {
    const profile = await profileFile(reader, path, format, from)
    const as = fileNameFor(path, product)
    return {
      source: { kind: 'file', path: as, format, options: profile.options },
      columns: guessColumns(profile, view.known),
      copy: { from: path, as },
      rows: profile.rows,
      called: basename(path),
      notes: profile.notes.map(note => `${basename(path)}: ${note}.`),
    }
  } finally {
    await reader.close()
  }
}

/** The file's own name, where a path in build.yaml can say it. */
function fileNameFor(path: string, product: string): string {
  const name = basename(path)
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_ .()+@-]*$/u.test(name)) return name
  const packed = /\.(gz|zst)$/i.exec(name)?.[0] ?? ''
  return `${product}${extname(name.slice(0, name.length - packed.length)).toLowerCase()}${packed}`
}

async function lookAtTable(table: string, view: MeshView, cli: Cli): Promise<Look> {
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

async function lookAtQuery(sql: string, view: MeshView, cli: Cli): Promise<Look> {
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

async function statementOf(given: string, { effects }: Cli): Promise<string> {
  if (given === '-') return effects.stdin.text()
  if (!/\.sql$/i.test(given)) return given
  const path = resolve(effects.cwd, given)
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    throw new MeshError('source.not-found', `There is no file ${given}.`, { cause: thrown })
  }
}
