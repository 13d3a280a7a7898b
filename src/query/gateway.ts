import { MeshError } from '../base/index.ts'
import type { MeshState, Principal } from '../mesh/index.ts'
import type { LakeFiles } from '../lake/index.ts'
import { runError, type RunCircumstances } from './errors/run-error.ts'
import { explained, refused } from './explained.ts'
import type { Explanation, Gateway, QueryAnswer, QueryRequest, StatementEnd } from './gateway-face.ts'
import { governWorld, type GovernWorld } from './govern/govern-world.ts'
import {
  EngineError,
  type Answer,
  type Engine,
  type LakePaths,
  type MaskKey,
  type QueryLog,
  type RunTotals,
} from './needs.ts'
import { preparer } from './prepare.ts'
import type { Prepared } from './prepared.ts'
import { recordOf } from './query-record.ts'
import { rateLimiter } from './rate-limiter.ts'
import { receiptFor } from './receipt.ts'
import { runOf } from './run-of.ts'

export interface GatewayParts {
  readonly engine: Engine
  readonly log: QueryLog
  readonly maskKey: MaskKey
  readonly lakePaths: LakePaths
  readonly lakeFiles: LakeFiles
  readonly state: () => MeshState
  readonly now: () => Date
  readonly newId: (prefix: string, now: Date) => string
  /** How snapshots are read; from the lake unless told otherwise. */
  readonly world?: GovernWorld
}

/** The one enforcement point before which every door stands. */
export function openGateway(parts: GatewayParts): Gateway {
  const { engine, log, state, now, newId } = parts
  const statements = preparer(engine, parts.world ?? governWorld(parts))
  const rates = rateLimiter()
  const listeners: ((end: StatementEnd) => void)[] = []
  const tell = (end: StatementEnd): void => {
    for (const listener of listeners) listener(end)
  }

  return {
    parse: sql => statements.parse(sql),
    query,
    explain,
    receipt,
    watch: listener => void listeners.push(listener),
    load: () => engine.load?.(),
  }

  async function query(request: QueryRequest): Promise<QueryAnswer> {
    const at = now()
    const cut = state()
    const id = newId('rcp', at)
    const asked = performance.now()
    const ended = (outcome: string, more: Partial<StatementEnd> = {}): void =>
      tell({
        outcome,
        seconds: (performance.now() - asked) / 1000,
        truncated: false,
        ...more,
      })
    const prepared = await prepareOrRecord(request, cut, id, at).catch((thrown: unknown) => {
      ended(familyOf(thrown))
      throw thrown
    })
    const started = Date.now()
    const { on } = prepared
    // The engine works while the record is written; nobody is told anything before it is.
    const running = run(prepared, request)
    // How it ended is told below, or to nobody.
    running.catch(() => undefined)
    await log.begin(recordOf(id, at, request, cut, prepared)).catch((thrown: unknown) => {
      running.then(discard).catch(() => undefined)
      ended(familyOf(thrown), { on })
      throw thrown
    })
    try {
      const answer = await running
      return delivered(answer, prepared, id, started, (outcome, more) => ended(outcome, { on, ...more }))
    } catch (thrown) {
      log.finish(id, failed(thrown, started))
      ended(familyOf(thrown), { on })
      throw thrown
    }
  }

  async function prepareOrRecord(request: QueryRequest, cut: MeshState, id: string, at: Date): Promise<Prepared> {
    try {
      const prepared = await statements.prepare(request, cut, at)
      rates.require(request.principal.id, prepared.decision, at)
      return prepared
    } catch (thrown) {
      await log.begin({
        ...recordOf(id, at, request, cut),
        refused: thrown instanceof MeshError ? thrown.code : 'internal',
      })
      throw thrown
    }
  }

  /** On views first where the plan allows it; an error there is answered from a copy, or not in its own words. */
  async function run(prepared: Prepared, request: QueryRequest): Promise<Answer> {
    try {
      return guarded(await start(prepared, request, prepared.on), prepared.on, prepared)
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) throw thrown
      const mayCopy = prepared.on === 'views' && prepared.hidesRows && !prepared.groupsOnly
      if (!mayCopy || !isOfStatement(thrown)) throw runError(thrown, circumstances(prepared, prepared.on))
    }
    try {
      return guarded(await start(prepared, request, 'copies'), 'copies', prepared)
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) throw thrown
      throw runError(thrown, { ...circumstances(prepared, 'copies'), seesOnlyAuthorised: true })
    }
  }

  function start(prepared: Prepared, request: QueryRequest, on: 'views' | 'copies'): Promise<Answer> {
    return engine.run({
      ...runOf(prepared, on),
      params: request.params,
      format: request.format,
      owner: request.principal.id,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    })
  }

  function delivered(
    answer: Answer,
    prepared: Prepared,
    id: string,
    started: number,
    ended: (outcome: string, more?: Partial<StatementEnd>) => void,
  ): QueryAnswer {
    const totals = answer.totals.then(
      result => {
        log.finish(id, result)
        ended('ok', { truncated: result.truncated })
        return result
      },
      (thrown: unknown) => {
        log.finish(id, failed(thrown, started))
        ended(familyOf(thrown))
        throw thrown
      },
    )
    // Who reads the body sees the error there; nobody has to ask for the totals.
    totals.catch(() => undefined)
    const { rowLimit } = prepared.decision
    return {
      columns: answer.columns,
      body: answer.body,
      totals,
      receipt: id,
      notices: prepared.notices,
      ...(rowLimit === undefined ? {} : { rowLimit }),
    }
  }

  async function explain(request: QueryRequest): Promise<Explanation> {
    try {
      return explained(await statements.prepare(request, state(), now()))
    } catch (thrown) {
      if (!(thrown instanceof MeshError) || /^(internal|busy|engine)/.test(thrown.code)) throw thrown
      return refused(thrown)
    }
  }

  async function receipt(id: string, asker: Principal) {
    const kept = await log.get(id)
    return kept === undefined ? undefined : receiptFor(kept, asker, state())
  }
}

/** An answer that nobody may see: whoever leaves its body early stops the run. */
async function discard({ body, totals }: Answer): Promise<void> {
  totals.catch(() => undefined)
  for await (const _ of body) return
}

/** Errors on the way end the stream in words that betray nothing. */
function guarded(answer: Answer, on: 'views' | 'copies', prepared: Prepared): Answer {
  const safe = (thrown: unknown): unknown =>
    thrown instanceof EngineError ? runError(thrown, circumstances(prepared, on)) : thrown
  return {
    columns: answer.columns,
    totals: answer.totals.catch((thrown: unknown) => {
      throw safe(thrown)
    }),
    body: guardedBody(answer.body, safe),
  }
}

async function* guardedBody(
  body: AsyncIterable<Uint8Array>,
  safe: (thrown: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (thrown) {
    throw safe(thrown)
  }
}

const circumstances = (prepared: Prepared, on: 'views' | 'copies'): RunCircumstances => ({
  seesOnlyAuthorised: !prepared.groupsOnly && (on === 'copies' || !prepared.hidesRows),
  textCasts: prepared.textCasts,
  relations: prepared.relations,
  filters: prepared.decision.determinedBy.filter(({ effect }) => effect === 'filter'),
})

/** Whatever went wrong with the work itself, memory and crashes included: a row that is hidden may be its cause. */
const isOfStatement = ({ kind }: EngineError): boolean => ofStatement.has(kind)
const ofStatement: ReadonlySet<EngineError['kind']> = new Set([
  'runtime',
  'bind',
  'parse',
  'memory',
  'crashed',
  'internal',
])

const familyOf = (thrown: unknown): string => (thrown instanceof MeshError ? thrown.code.split('.')[0]! : 'internal')

const failed = (thrown: unknown, started: number): RunTotals & { failed: string } => ({
  rows: 0,
  bytes: 0,
  truncated: false,
  elapsedMs: Date.now() - started,
  failed: thrown instanceof MeshError ? thrown.code : 'internal',
})
