import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { fileBundles, folderLake, visibleSources } from '../../../src/adapters/files/index.ts'
import { digestOf, MeshError, newId } from '../../../src/base/index.ts'
import type { Command } from '../../../src/control/command.ts'
import {
  defaultInfrastructure,
  emptyState,
  evolve,
  type Domain,
  type Input,
  type MeshEvent,
  type MeshState,
  type Product,
} from '../../../src/mesh/index.ts'
import { governWorld, parseStatement, type Engine } from '../../../src/query/index.ts'
import {
  governedInputs,
  openRuns,
  type RunLog,
  type RunRecord,
  type Runs,
  type RunsWorld,
  type Workshop,
} from '../../../src/runs/index.ts'
import { inProcessWorkshop, openParser } from './in-process-workshop.ts'

export { columns, product, table } from './nouns.ts'

/** A mesh that lives in one folder, with real files, the real engine and a ledger that is only a fold. */
export interface SmallMesh {
  readonly runs: Runs
  readonly world: RunsWorld
  readonly folder: string
  state(): MeshState
  apply(event: MeshEvent): void
  publish(product: Product): void
  /** Stores bytes as a bundled source file. */
  source(path: string, text: string | Uint8Array): Promise<Extract<Input, { kind: 'file' }>['files'][number]>
  run(product: string, options?: { from?: string; to?: string; sample?: number }): Promise<RunRecord>
  /** Rows of a table as its readers would find them. */
  rows(table: string, select?: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Statements that ran in the workshop. */
  readonly statements: string[]
  beforePromote: (() => void) | undefined
}

export async function smallMesh(
  folder: string,
  overrides: Partial<RunsWorld> & {
    readonly start?: readonly MeshEvent[]
    /** Called before an event counts. */
    readonly onEvent?: (event: MeshEvent) => void
  } = {},
): Promise<SmallMesh> {
  mkdirSync(folder, { recursive: true })
  let state = emptyState
  const actor = 'ana@example.com'
  const apply = (event: MeshEvent, known = false) => {
    if (!known) overrides.onEvent?.(event)
    const seq = state.seq + 1
    state = evolve(state, { seq, at: new Date(1_700_000_000_000 + seq * 1000).toISOString(), actor, event, hash: '' })
  }
  for (const event of overrides.start ?? []) apply(event, true)
  const statements: string[] = []
  const workshop: Workshop = inProcessWorkshop(sql => statements.push(sql))
  const lakeFiles = folderLake(`${folder}/lake`)
  const lakePaths = { absolute: (path: string) => `${folder}/lake/${path}` }
  const bundles = fileBundles(`${folder}/bundles`)
  const parse = await openParser()
  const engine = { parse } as unknown as Engine
  const maskKey = { bytes: Buffer.from('key') }
  const clock = () => new Date()
  const mesh: { beforePromote: (() => void) | undefined } = { beforePromote: undefined }
  const world: RunsWorld = {
    workshop,
    log: memoryRunLog(),
    control: {
      state: () => state,
      async execute(command: Command) {
        if (command.kind !== 'promote') throw new Error(`The test knows no ${command.kind}.`)
        mesh.beforePromote?.()
        for (const { table, major, from } of command.tables) {
          const current = state.tables.get(table.toLowerCase())?.majors.get(major)?.snapshots.at(-1)?.to
          if (current !== from) throw new MeshError('request.conflict', `The pointer of ${table} moved.`)
        }
        const { kind: _, ...promotion } = command
        apply({ kind: 'snapshot.promoted', ...promotion })
        return { entries: [], result: undefined }
      },
    },
    lakeFiles,
    lakePaths,
    bundles,
    sourceFolders: [folder],
    visibleSources: () => visibleSources([folder]),
    parse: sql => parseStatement(engine, sql),
    inputRelation: governedInputs(governWorld({ maskKey, lakeFiles, lakePaths }), clock),
    clock,
    newId: () => newId('run'),
    staging: `${folder}/staging`,
    ...overrides,
  }
  const runs = openRuns(world)
  return {
    ...mesh,
    runs,
    world,
    folder,
    statements,
    state: () => state,
    apply: event => apply(event),
    publish: product => apply({ kind: 'release.activated', product, change: 'first', bundle: '' }),
    async source(path, text) {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text
      return { path, sizeBytes: bytes.length, at: { digest: await bundles.put(bytes) } }
    },
    async run(product, options = {}) {
      const { id } = await runs.start({ product, by: actor, ...options })
      return runs.wait(id)
    },
    async rows(table, select = 'select * from t order by all') {
      const version = [...state.tables.get(table.toLowerCase())!.majors.values()].at(-1)!
      const record = version.snapshots.at(-1)
      if (record === undefined) return []
      const relation = await governWorld({ maskKey, lakeFiles, lakePaths }).readSnapshot(record)
      const { scanSql } = await import('../../../src/query/index.ts')
      const scratch = `${folder}/scratch-${randomUUID()}`
      mkdirSync(scratch)
      const session = await workshop.open({
        read: relation.files.map(f => f.path),
        write: scratch,
        memoryMb: 500,
        timeoutMs: 1000,
      })
      try {
        const columns = record.columns.map(({ name, type }) => ({ name, type: type === 'JSON' ? 'VARCHAR' : type }))
        await session.execute(`create view t as select * from ${scanSql(relation, columns)}`)
        return await session.execute(select)
      } finally {
        await session.close()
      }
    },
    get beforePromote() {
      return mesh.beforePromote
    },
    set beforePromote(hook) {
      mesh.beforePromote = hook
    },
  }
}

export const domain = (id: string, limits: Partial<Domain['infrastructure']['limits']> = {}): MeshEvent => ({
  kind: 'domain.published',
  bundle: digestOf(id),
  domain: {
    id,
    title: id,
    tags: [],
    team: `${id}-team`,
    members: [{ person: 'ana@example.com', roles: ['data-engineer', 'product-owner'] }],
    notify: {},
    infrastructure: {
      ...defaultInfrastructure,
      limits: { ...defaultInfrastructure.limits, memoryMb: 1024, ...limits },
    },
    aliases: {},
  },
})

export const csv = (
  path: string,
  files: Extract<Input, { kind: 'file' }>['files'],
  options: Extract<Input, { kind: 'file' }>['options'] = {},
): Input => ({ kind: 'file', path, format: 'csv', options, files })

export function memoryRunLog(): RunLog {
  const runs = new Map<string, string>()
  const all = () => [...runs.values()].map(text => JSON.parse(text) as RunRecord).reverse()
  return {
    put: async run => void runs.set(run.id, JSON.stringify(run)),
    get: async id => all().find(run => run.id === id),
    list: async ({ product, limit }) =>
      all()
        .filter(run => product === undefined || run.product === product)
        .slice(0, limit),
    unfinished: async () => all().filter(run => ['queued', 'running', 'checking'].includes(run.state)),
  }
}
