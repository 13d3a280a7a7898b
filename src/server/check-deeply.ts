import { tmpdir } from 'node:os'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openDuckDB } from '../adapters/duckdb/index.ts'
import { MeshError, type Issue } from '../base/index.ts'
import { emptyState, evolve, type MeshEvent, type MeshSettings, type MeshState } from '../mesh/index.ts'
import { checkPolicy, testPolicy } from '../policy/index.ts'
import { parseStatement, walkStatement, type Engine } from '../query/index.ts'
import type { Workspace } from '../spec/index.ts'

/** What `check` can say beyond single documents, offline: policies against the folder's tables and their own tests, and SQL by the engine's parser. */
export async function checkDeeply(workspace: Workspace, settings: MeshSettings): Promise<readonly Issue[]> {
  const state = stateOf(workspace, settings)
  return [
    ...workspace.policies.flatMap(policy => [
      ...checkPolicy(policy, state).map(({ message, fix, path, severity }): Issue => ({
        code: 'policy.invalid',
        severity,
        message,
        file: policy.file,
        path,
        ...(fix === undefined ? {} : { fix }),
      })),
      ...testPolicy(policy, state.settings)
        .filter(result => !result.passed)
        .map((result): Issue => ({
          code: 'policy.test',
          severity: 'error',
          message: `The policy's own ${result.name} fails: ${result.message}.`,
          fix: 'Mend the rule or the test.',
          file: policy.file,
          path: 'tests',
        })),
    ]),
    ...(await sqlIssues(workspace)),
  ]
}

/** The folder as if it were all that is in force. */
function stateOf({ mesh, domains, policies, products }: Workspace, settings: MeshSettings): MeshState {
  const events: readonly MeshEvent[] = [
    { kind: 'mesh.published', mesh: mesh ?? settings, bundle: '' },
    ...domains.map((domain): MeshEvent => ({ kind: 'domain.published', domain, bundle: '' })),
    ...policies.map((policy): MeshEvent => ({ kind: 'policy.published', policy, bundle: '' })),
    ...products.map((product): MeshEvent => ({ kind: 'release.activated', product, change: 'first', bundle: '' })),
  ]
  const at = new Date().toISOString()
  return events.reduce((state, event, i) => evolve(state, { seq: i + 1, at, actor: '', event, hash: '' }), emptyState)
}

async function sqlIssues({ products }: Workspace): Promise<readonly Issue[]> {
  const texts = products.flatMap(product => Object.values(product.build.outputs))
  if (texts.length === 0) return []
  const scratch = await mkdtemp(join(tmpdir(), 'meshwright-check-'))
  const engine = await openDuckDB({ scratch, workers: 1 })
  try {
    const issues: Issue[] = []
    for (const { sql, file } of texts) issues.push(...(await issuesOf(engine, sql, file)))
    return issues
  } finally {
    await engine.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Whether the engine parses a text and the gateway lets it through; names are looked up by `plan`. */
async function issuesOf(engine: Engine, sql: string, file: string): Promise<readonly Issue[]> {
  try {
    walkStatement(await parseStatement(engine, sql))
    return []
  } catch (thrown) {
    if (!(thrown instanceof MeshError) || !thrown.code.startsWith('sql.')) throw thrown
    const line = thrown.details.context?.['line']
    return [
      {
        code: thrown.code,
        severity: 'error',
        message: thrown.message,
        fix: thrown.fix,
        file,
        ...(typeof line === 'number' ? { line } : {}),
      },
    ]
  }
}
