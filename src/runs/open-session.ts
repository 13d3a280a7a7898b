import { MeshError, quoteName } from '../base/index.ts'
import { foldAscii } from '../mesh/index.ts'
import type { Described } from './fit-columns.ts'
import { sourceProblem } from './find-sources.ts'
import type { Gathered } from './gather.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { refuseBinary } from './refuse-binary.ts'
import { asMeshError } from './run-problem.ts'
import { readerSql, type FileInput, type LocalFile } from './reader-sql.ts'
import { objectView, ownSchemas } from './session-names.ts'
import type { GovernedInput } from './world.ts'

/** Splits the name of an input as its SQL says it: without a schema it is found in `main`. */
export function splitName(name: string): { readonly schema: string; readonly name: string } {
  const dot = name.indexOf('.')
  return dot === -1 ? { schema: 'main', name } : { schema: name.slice(0, dot), name: name.slice(dot + 1) }
}

export function relationSql(name: string): string {
  const { schema, name: table } = splitName(name)
  return `${quoteName(schema)}.${quoteName(table)}`
}

/**
 * Prepares a session before any text of a user runs in it: governed inputs and references under their names. What is
 * masked or filtered becomes a copy, so that no error of the build can show a value that it may not see.
 */
export async function prepareSession(session: WorkshopSession, gathered: Gathered, sample?: number): Promise<void> {
  for (const schema of ownSchemas) await session.execute(`create schema if not exists ${quoteName(schema)}`)
  for (const [name, table] of gathered.tables) {
    if (table !== 'own') await makeRelation(session, name, table, sample)
  }
  await prepareReferences(session, gathered)
}

/** The relations that checks read, except those of this run. */
export async function prepareReferences(session: WorkshopSession, gathered: Gathered): Promise<void> {
  for (const [name, table] of gathered.references) {
    const isInput = [...gathered.tables.keys()].some(input => foldAscii(input) === name)
    if (table !== 'own' && !(table instanceof MeshError) && !isInput) await makeRelation(session, name, table)
  }
}

async function makeRelation(
  session: WorkshopSession,
  name: string,
  input: GovernedInput,
  sample?: number,
): Promise<void> {
  const { schema } = splitName(name)
  await session.execute(`create schema if not exists ${quoteName(schema)}`)
  const kind = input.restricted ? 'table' : 'view'
  const limit = sample === undefined ? '' : ` limit ${sample}`
  await session.execute(`create or replace ${kind} ${relationSql(name)} as ${input.select}${limit}`)
}

/** Types of each file input, found by its reader: sniffed once, so that every later read agrees. */
export async function describeSources(
  session: WorkshopSession,
  sources: Gathered['sources'],
): Promise<ReadonlyMap<string, readonly Described[]>> {
  const types = new Map<string, readonly Described[]>()
  for (const [name, { input, files }] of sources) {
    await refuseBinary(input, files)
    try {
      types.set(name, await session.describe(readerSql(input, files, { file: false, row: false })))
    } catch (thrown) {
      throw sourceProblem(thrown, files) ?? asMeshError(thrown, `The input ${name} (${input.path})`)
    }
  }
  return types
}

export interface SourceView {
  readonly name: string
  readonly input: FileInput
  readonly files: readonly LocalFile[]
  /** Those of them that are read. */
  readonly fresh: readonly LocalFile[]
  readonly types: readonly Described[]
}

/** The file inputs of one output, each over the files that are new to it. Gives the columns that the SQL sees. */
export async function makeSourceView(
  session: WorkshopSession,
  { walk }: OutputPlan,
  view: SourceView,
  sample?: number,
): Promise<void> {
  // A file's own column of that name is what the SQL means.
  const isAsked = (name: string) => walk.names.has(name) && !view.types.some(column => column.name === name)
  const needs = { file: isAsked('_file'), row: isAsked('_row'), types: view.types }
  const bounded = sample === undefined ? needs : { ...needs, sample }
  const select =
    view.fresh.length > 0
      ? readerSql(view.input, view.fresh, bounded)
      : `select * from (${readerSql(view.input, view.files, needs)}) as nothing where false`
  const { schema } = splitName(view.name)
  try {
    await session.execute(`create schema if not exists ${quoteName(schema)}`)
    await session.execute(`create or replace view ${relationSql(view.name)} as ${select}`)
  } catch (thrown) {
    throw sourceProblem(thrown, view.files) ?? thrown
  }
}

/** A table of this product as another of its outputs reads it: as this run has staged it. */
export async function makeOwnView(
  session: WorkshopSession,
  name: string,
  table: string | { readonly select: string },
): Promise<void> {
  const { schema } = splitName(name)
  await session.execute(`create schema if not exists ${quoteName(schema)}`)
  const select = typeof table === 'string' ? `select * from ${objectView(table)}` : table.select
  await session.execute(`create or replace view ${relationSql(name)} as ${select}`)
}
