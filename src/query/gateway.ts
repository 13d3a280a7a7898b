import { digestOf, MeshError } from '../base/index.ts'
import type { MeshState, Principal } from '../mesh/index.ts'
import type { LakeFiles } from '../lake/index.ts'
import type { Determinant } from '../policy/index.ts'
import { runError, type RunCircumstances } from './errors/run-error.ts'
import type { Explanation, Gateway, QueryAnswer, QueryRequest, StatementEnd } from './gateway-face.ts'
import { governWorld, type GovernWorld } from './govern/govern-world.ts'
import {
  EngineError,
  type Answer,
  type Engine,
  type LakePaths,
  type MaskKey,
  type QueryLog,
  type QueryRecord,
  type RunTotals,
} from './needs.ts'
import { outputMasks } from './output-masks.ts'
import { preparer, type Prepared } from './prepare.ts'
import { rateLimiter } from './rate-limiter.ts'
import { receiptFor } from './receipt.ts'

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
        again: false,
        truncated: false,
        brokeOff: false,
        ...more,
      })
    const prepared = await prepareOrRecord(request, cut, id, at).catch((thrown: unknown) => {
      ended(familyOf(thrown))
      throw thrown
    })
    await log.begin(recordOf(id, at, request, cut, prepared))
    const started = Date.now()
    const attempt: Attempt = { on: prepared.on, again: false }
    try {
      const answer = await run(prepared, request, attempt)
      return delivered(answer, prepared, id, started, (outcome, more) => ended(outcome, { ...attempt, ...more }))
    } catch (thrown) {
      log.finish(id, failed(thrown, started))
      ended(familyOf(thrown), attempt)
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
  async function run(prepared: Prepared, request: QueryRequest, attempt: Attempt): Promise<Answer> {
    try {
      return guarded(await start(prepared, request, prepared.on), prepared.on, prepared)
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) throw thrown
      const mayCopy = prepared.on === 'views' && prepared.hidesRows && !prepared.groupsOnly
      if (!mayCopy || !isOfStatement(thrown)) throw runError(thrown, circumstances(prepared, prepared.on))
    }
    Object.assign(attempt, { on: 'copies', again: true } satisfies Attempt)
    try {
      return guarded(await start(prepared, request, 'copies'), 'copies', prepared)
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) throw thrown
      throw runError(thrown, { ...circumstances(prepared, 'copies'), seesOnlyAuthorised: true })
    }
  }

  function start(prepared: Prepared, request: QueryRequest, on: 'views' | 'copies'): Promise<Answer> {
    const { relations } = prepared
    // Which row an error of a copy speaks of must not depend on how the copy came to be.
    const ordered = prepared.ordered || (on === 'copies' && prepared.looksUp)
    const shape = relations.map(({ schema, name, select, copyColumns }) =>
      on === 'views' ? [schema, name, select] : [schema, name, select, copyColumns ?? '*'],
    )
    return engine.run({
      relations,
      on,
      ...(ordered ? { ordered } : {}),
      sql: prepared.sql,
      params: request.params,
      format: request.format,
      limits: prepared.limits,
      owner: request.principal.id,
      instanceKey: digestOf([on, ordered, shape]),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    })
  }

  function delivered(
    answer: Answer,
    prepared: Prepared,
    id: string,
    started: number,
    ended: (outcome: string, more: Partial<StatementEnd>) => void,
  ): QueryAnswer {
    const totals = answer.totals.then(
      result => {
        log.finish(id, result)
        ended('ok', { truncated: result.truncated })
        return result
      },
      (thrown: unknown) => {
        log.finish(id, failed(thrown, started))
        ended(familyOf(thrown), { brokeOff: true })
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
      const { next, rule, team } = thrown.details
      return {
        verdict: 'deny',
        code: thrown.code,
        detail: thrown.message,
        fix: thrown.fix,
        ...(next === undefined ? {} : { next }),
        tables: [],
        determinedBy: rule === undefined ? [] : [{ rule, team: team ?? '', effect: 'deny', table: '' }],
        columns: [],
        notices: [],
      }
    }
  }

  async function receipt(id: string, asker: Principal) {
    const kept = await log.get(id)
    return kept === undefined ? undefined : receiptFor(kept, asker, state())
  }
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
})

/** A complaint about the statement or a value, whenever the engine came to make it: a row that is hidden may be its cause. */
const isOfStatement = ({ kind }: EngineError): boolean => kind === 'runtime' || kind === 'bind' || kind === 'parse'

/** What became of a statement so far. */
interface Attempt {
  on: 'views' | 'copies'
  again: boolean
}

const familyOf = (thrown: unknown): string => (thrown instanceof MeshError ? thrown.code.split('.')[0]! : 'internal')

const failed = (thrown: unknown, started: number): RunTotals & { failed: string } => ({
  rows: 0,
  bytes: 0,
  truncated: false,
  elapsedMs: Date.now() - started,
  failed: thrown instanceof MeshError ? thrown.code : 'internal',
})

function recordOf(id: string, at: Date, request: QueryRequest, cut: MeshState, prepared?: Prepared): QueryRecord {
  const { principal, door, sql } = request
  const purpose = prepared?.decision.purpose ?? request.purpose
  const masks = prepared === undefined ? [] : masksOf(prepared)
  return {
    id,
    at: at.toISOString(),
    who: principal.id,
    ...(principal.onBehalfOf === undefined ? {} : { onBehalfOf: principal.onBehalfOf.id }),
    ...(purpose === undefined ? {} : { purpose }),
    door,
    sql,
    policyVersion: cut.policyVersion,
    ledgerSeq: cut.seq,
    tables: (prepared?.tables ?? []).map(({ version, snapshot }) => ({
      table: version.id,
      release: snapshot?.release ?? version.release,
      snapshot: snapshot?.snapshot ?? '',
    })),
    rules: rulesOf(prepared?.decision.determinedBy ?? []),
    columns: (prepared?.bound.columns ?? []).map(({ name, type }, i) => {
      const mask = masks[i]
      return mask === undefined ? { name, type } : { name, type, mask }
    }),
    limitations: prepared === undefined ? [] : limitationsOf(prepared),
  }
}

const masksOf = ({ bound, lineage, tables, relations }: Prepared): readonly (string | undefined)[] =>
  outputMasks(
    bound.columns,
    lineage,
    tables.map(({ decision }, i) => ({ decision, relation: relations[i]! })),
  )

/** Each once, though a table may be read twice, or a rule mask several members of one column. */
function rulesOf(determinedBy: readonly Determinant[]): QueryRecord['rules'] {
  const rules = determinedBy.map(({ rule, team, effect, table, column }) => ({
    rule,
    team,
    effect,
    table,
    ...(column === undefined ? {} : { column }),
  }))
  return [...new Map(rules.map(each => [JSON.stringify(each), each])).values()]
}

function limitationsOf({ tables, state }: Prepared): readonly string[] {
  const texts = tables.flatMap(({ version }) => [
    version.contract.description.limitations,
    state.products.get(version.product)?.product.description.limitations,
  ])
  return [...new Set(texts.filter(text => text !== undefined && text !== ''))] as readonly string[]
}

function explained(prepared: Prepared): Explanation {
  const { decision, tables, bound, on, because, notices } = prepared
  return {
    verdict: 'allow',
    ...(decision.purpose === undefined ? {} : { purpose: decision.purpose }),
    tables: tables.map(({ version, snapshot, decision: seen }) => ({
      table: version.id,
      release: snapshot?.release ?? version.release,
      snapshot: snapshot?.snapshot ?? '',
      filteredBy: seen.filters.map(filter => filter.rule),
      masked: seen.columns.flatMap(column => [
        ...(column.mask === undefined ? [] : [{ column: column.name, mask: column.mask, rules: column.rules }]),
        ...column.nested.map(inner => ({
          column: [column.name, ...inner.path].join('.').replaceAll('.[]', '[]'),
          mask: inner.mask,
          rules: inner.rules,
        })),
      ]),
    })),
    determinedBy: decision.determinedBy,
    columns: bound.columns,
    runsOn: on === 'views' ? 'views' : 'copy',
    because,
    notices,
  }
}
