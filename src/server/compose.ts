import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { duckdbWorkshop, openDuckDB } from '../adapters/duckdb/index.ts'
import { fileBundles, folderLake, movedLake, visibleSources } from '../adapters/files/index.ts'
import { sqliteLedger, sqliteQueryLog, sqliteRunLog } from '../adapters/sqlite/index.ts'
import { newId, type Clock, type MeshError } from '../base/index.ts'
import { authenticate, openControl, steadyClock } from '../control/index.ts'
import { principalOf, type MeshState, type Principal } from '../mesh/index.ts'
import type { DemoProgress, Rooms } from '../operations/index.ts'
import type { HttpWorld } from '../protocols/http/index.ts'
import { governWorld, openGateway, type MaskKey } from '../query/index.ts'
import { governedInputs, openRuns, type Workshop } from '../runs/index.ts'
import { awaitedEnds } from './await-ends.ts'
import { backupHome } from './backup-home.ts'
import { examineRunning } from './examine-running.ts'
import { formerLakes } from './former-lakes.ts'
import type { Home } from './home.ts'
import { ledgerReader } from './ledger-reader.ts'
import type { QueryHead } from './record-queries.ts'
import { watchStorage } from './storage-watch.ts'
import type { Config } from './settings.ts'

export interface Composition {
  readonly rooms: Rooms
  readonly authenticate: HttpWorld['authenticate']
  readonly queryHead: QueryHead
  readonly workshop: Workshop
  readonly trouble: () => MeshError | undefined
  /** Ends what is under way and closes everything, in the order in which one needs the other. */
  readonly close: () => Promise<void>
}

export interface Ingredients {
  readonly home: Home
  readonly config: Config
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly maskKey: MaskKey
  readonly url: () => string
  readonly version: string
  readonly demo: () => DemoProgress
}

/** Adapters into rooms, rooms into operations. Nothing else knows which vendor stands behind what. */
export async function compose({
  home,
  config,
  env,
  clock: wallClock,
  maskKey,
  url,
  version,
  demo,
}: Ingredients): Promise<Composition> {
  const storage = watchStorage(home.path)
  const storedLedger = sqliteLedger(home.ledger)
  const ledger: typeof storedLedger = {
    ...storedLedger,
    append: (expected, drafts) => storage.appending(storedLedger.append(expected, drafts)),
  }
  const queryEnds = awaitedEnds(sqliteQueryLog(join(home.path, 'queries.db')))
  const queryLog: typeof queryEnds.log = {
    ...queryEnds.log,
    begin: record => storage.appending(queryEnds.log.begin(record)),
  }
  const runLog = sqliteRunLog(join(home.path, 'runs.db'))
  const bundles = fileBundles(home.bundles)
  const lakeFiles = movedLake(folderLake(home.lake), formerLakes(home))
  const lakePaths = { absolute: (path: string) => join(home.lake, path) }
  const control = await openControl({ ledger, clock: wallClock })
  const state = () => control.state()
  // A clock that is set back revives no access that has ended.
  const clock = steadyClock(wallClock, state)
  const engine = await openDuckDB({
    scratch: sub(home, 'engine'),
    workers: config.queryWorkers,
    memoryMb: config.queryMemoryMb,
    readable: [home.lake],
    stalledMsMax: config.clientIdleS * 1000,
  })
  const workshop = duckdbWorkshop({ scratch: sub(home, 'builds') })
  const world = governWorld({ maskKey, lakeFiles, lakePaths })
  const gateway = openGateway({ engine, log: queryLog, maskKey, lakePaths, lakeFiles, state, now: clock, newId, world })
  const runs = openRuns({
    workshop,
    log: runLog,
    control,
    lakeFiles,
    lakePaths,
    bundles,
    sourceFolders: config.sourceFolders,
    visibleSources: () => visibleSources(config.sourceFolders),
    parse: sql => gateway.parse(sql),
    inputRelation: governedInputs(world, clock),
    clock,
    newId: () => newId('run', clock()),
    staging: join(home.path, 'staging'),
    concurrency: config.runsAtOnce,
  })
  const rooms: Rooms = {
    control,
    gateway,
    runs,
    bundles,
    ledger: ledgerReader(ledger, control, queryLog),
    visibleSources: () => visibleSources(config.sourceFolders),
    clock,
    url,
    version,
    demo,
    doctor: () => examineRunning({ home, env, ledger, gateway, engine, clock, state, lakeFiles, lakePaths }),
    backup: to => backupHome(home, to, state().seq, clock()),
  }
  return {
    rooms,
    workshop,
    authenticate: signingIn(state, clock),
    trouble: () => storage.trouble(runs.unwritten()),
    queryHead: () => queryLog.head(),
    async close() {
      await runs.close()
      await Promise.all([engine.close(), workshop.close()])
      await queryEnds.ended(1000)
      await queryLog.close()
      runLog.close()
      await control.close()
      ledger.close()
    },
  }
}

function sub(home: Home, name: string): string {
  const folder = join(home.scratch, name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** Who a token signs in. Teams and roles are worked out once for each person and state; that the token still holds, each time. */
function signingIn(state: () => MeshState, clock: Clock): HttpWorld['authenticate'] {
  let known: { readonly of: MeshState; readonly principals: Map<string, Principal> } | undefined
  return token => {
    const now = state()
    const found = authenticate(now, token, clock())
    if (found === undefined) return undefined
    if (known?.of !== now) known = { of: now, principals: new Map() }
    let principal = known.principals.get(found.principal)
    if (principal === undefined) {
      principal = principalOf(now, found.principal)
      known.principals.set(found.principal, principal)
    }
    const { purpose, until } = found
    return { principal, ...(purpose === undefined ? {} : { purpose }), ...(until === undefined ? {} : { until }) }
  }
}
