import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import {
  evolve,
  emptyState,
  principalOf,
  resolvePrincipal,
  type Grant,
  type MeshEvent,
  type MeshState,
  type Principal,
  type SourceFile,
} from '../../src/mesh/index.ts'
import {
  checkPolicy,
  decidePublish,
  decideQuery,
  mayDiscover,
  printCondition,
  testPolicy,
  type QueryDecision,
} from '../../src/policy/index.ts'
import { readWorkspace, withoutSurroundings, type TextFile } from '../../src/spec/index.ts'
import { grant, versionOf } from './mesh-fixture.ts'

/**
 * What each person of the demo sees, by the rules as they are written in `examples/skyways`. A case is a folder with
 * `question.yaml`; delete its `expected.yaml` to renew it.
 */
const root = join(import.meta.dirname, '../..')
const golden = join(root, 'test/golden/policy')
const now = new Date('2026-11-24T12:00:00.000Z')

const texts = readTexts(join(root, 'examples/skyways'), '')
const workspace = readWorkspace(texts, texts.flatMap(sourcesOf), withoutSurroundings)
const state = published()

interface Question {
  readonly who: string
  /** The person for whom an agent acts. */
  readonly for?: string
  readonly tables: readonly string[]
  readonly purpose?: string
  readonly door?: string
  /** `who: {table: purpose}`: what was granted. */
  /** Of builds: what their outputs serve. */
  readonly serves?: readonly string[]
  readonly grants?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

test('the demo is read without a fault', () => {
  expect(workspace.issues.filter(issue => issue.severity === 'error')).toEqual([])
})

describe('questions to the demo', () => {
  const cases = readdirSync(golden).filter(name => existsSync(join(golden, name, 'question.yaml')))
  test.each(cases)('%s', name => {
    const question = parse(readFileSync(join(golden, name, 'question.yaml'), 'utf8')) as Question
    const found = stringify(outcomeOf(decide(question)), { lineWidth: 0 })
    const file = join(golden, name, 'expected.yaml')
    if (!existsSync(file)) writeFileSync(file, found)
    expect(found).toBe(readFileSync(file, 'utf8'))
  })
})

test.each(workspace.policies.map(p => [p.file, p] as const))(
  '%s can be enacted and passes its own tests',
  (_, policy) => {
    expect(checkPolicy(policy, state).filter(problem => problem.severity === 'error')).toEqual([])
    expect(testPolicy(policy, state.settings).filter(result => !result.passed)).toEqual([])
  },
)

test.each([...state.products.keys()])('%s may be published, and is found by everybody', id => {
  const { product } = state.products.get(id)!
  expect(decidePublish({ state, product, change: 'first', now }).violations).toEqual([])
  expect(mayDiscover(state, principalOf(state, 'petra@skyways.example'), id, now)).toBe(true)
})

function decide({ who, tables, purpose, door = 'http', grants = {}, serves, ...question }: Question): QueryDecision {
  const granted = Object.entries(grants).flatMap(([name, purposes]) =>
    Object.entries(purposes).map(([table, purpose]): Grant => {
      const id = name.includes(':') ? name : resolvePrincipal(state, name)
      return grant(`${name} ${table}`, id, table, purpose, serves === undefined ? {} : { serves })
    }),
  )
  const principal = principalOf(state, resolvePrincipal(state, who))
  const acting: Principal =
    question.for === undefined
      ? principal
      : { ...principal, onBehalfOf: principalOf(state, resolvePrincipal(state, question.for)) }
  return decideQuery({
    state: { ...state, grants: new Map(granted.map(g => [g.id, g])) },
    principal: acting,
    door,
    now,
    tables: tables.map(table => {
      const version = versionOf(state, table)
      return { version, columns: version.table.columns }
    }),
    ...(purpose === undefined ? {} : { purpose }),
  })
}

/** The decision as somebody would read it. */
function outcomeOf(decision: QueryDecision): object {
  if (decision.verdict === 'deny') {
    const { code, message, details } = decision.error
    return {
      verdict: 'deny',
      code,
      detail: message,
      next: details.next?.command,
      rule: details.rule,
      team: details.team,
    }
  }
  return {
    verdict: 'allow',
    purpose: decision.purpose,
    rowLimit: decision.rowLimit?.rows,
    tables: Object.fromEntries(
      decision.tables.map(table => [
        table.table,
        {
          hidden: Object.fromEntries(table.columns.flatMap(c => (c.mask === undefined ? [] : [[c.name, c.mask]]))),
          shown: table.columns
            .filter(c => c.mask === undefined)
            .map(c => c.name)
            .join(' '),
          rows: table.filters.map(f => printCondition(f.condition)),
          minimumGroup: table.minimumGroup?.people,
        },
      ]),
    ),
    because: decision.determinedBy.map(
      d => `${d.table}${d.column === undefined ? '' : `.${d.column}`}: ${d.effect} by ${d.rule}`,
    ),
  }
}

function published(): MeshState {
  const { mesh, domains, policies, products } = workspace
  const events: MeshEvent[] = [
    ...(mesh === undefined ? [] : [{ kind: 'mesh.published', mesh, bundle: '' } as const]),
    ...domains.map((domain): MeshEvent => ({ kind: 'domain.published', domain, bundle: '' })),
    ...policies.map((policy): MeshEvent => ({ kind: 'policy.published', policy, bundle: '' })),
    ...products.map((product): MeshEvent => ({ kind: 'release.activated', product, change: 'first', bundle: '' })),
  ]
  return events.reduce(
    (state, event, i) => evolve(state, { seq: i + 1, at: '2026-01-01T00:00:00.000Z', actor: 'tariq', event, hash: '' }),
    emptyState,
  )
}

function readTexts(folder: string, below: string): readonly TextFile[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap(entry => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    // Older releases of the same products lie beside the demo, for its loader.
    if (entry.isDirectory()) return entry.name === 'history' ? [] : readTexts(folder, path)
    return /\.(ya?ml|sql|md)$/.test(entry.name) ? [{ path, text: readFileSync(join(folder, path), 'utf8') }] : []
  })
}

/** The demo's data lies elsewhere; for its rules it suffices that a file of that name is there. */
function sourcesOf({ path, text }: TextFile): readonly SourceFile[] {
  if (!path.endsWith('/build.yaml')) return []
  const { inputs } = parse(text) as { inputs: Readonly<Record<string, { path?: string }>> }
  return Object.values(inputs).flatMap(({ path: file }) =>
    file === undefined
      ? []
      : [{ path: join(dirname(path), file.replace('*', 'x')), sizeBytes: 1, at: { digest: '0'.repeat(64) } }],
  )
}
