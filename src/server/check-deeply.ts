import type { Issue } from '../base/index.ts'
import { emptyState, evolve, type MeshEvent, type MeshSettings, type MeshState } from '../mesh/index.ts'
import { checkPolicy, testPolicy } from '../policy/index.ts'
import type { TextFile, Workspace } from '../spec/index.ts'
import type { SqlText } from './check-sql.ts'

/**
 * What `check` can say beyond single documents, offline: policies against the folder's tables and their own tests, and
 * SQL by the engine's parser. `documents` are the files that the workspace was read from.
 */
export async function checkDeeply(
  workspace: Workspace,
  settings: MeshSettings,
  documents: readonly TextFile[],
): Promise<readonly Issue[]> {
  const policies = policyIssues(workspace, settings)
  const texts = sqlTexts(workspace, documents)
  if (texts.length === 0) return policies
  // The engine takes a while to load: folders without SQL do without it.
  const { checkSql } = await import('./check-sql.ts')
  return [...policies, ...(await checkSql(texts))]
}

function policyIssues(workspace: Workspace, settings: MeshSettings): readonly Issue[] {
  if (workspace.policies.length === 0) return []
  const state = stateOf(workspace, settings)
  return workspace.policies.flatMap(policy => {
    const place = (path: string, at?: number) =>
      workspace.placeInPolicy?.(policy, path, at) ?? { file: policy.file, path }
    const problems = checkPolicy(policy, state)
    // A text that does not compile fails every test, which says nothing more.
    const compiles = problems.every(({ at }) => at === undefined)
    return [
      ...problems.map(({ message, fix, path, at, severity }): Issue => ({
        code: 'policy.invalid',
        severity,
        message,
        fix,
        ...place(path, at),
      })),
      ...(compiles ? testPolicy(policy, state.settings) : []).flatMap((result, i): Issue[] =>
        result.passed
          ? []
          : [
              {
                code: 'policy.test',
                severity: 'error',
                message: `The policy's own ${result.name} fails: ${result.message}.`,
                fix: 'Mend the rule or the test.',
                ...place(`tests[${i}]`),
              },
            ],
      ),
    ]
  })
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

/** Builds know their SQL by its bare name: of several files with that name it is one with that text. Derived SQL has no file. */
function sqlTexts({ products }: Workspace, documents: readonly TextFile[]): readonly SqlText[] {
  const outputs = products.flatMap(product => Object.values(product.build.outputs))
  return documents
    .filter(({ path, text }) =>
      outputs.some(({ sql, file }) => text === sql && (path === file || path.endsWith(`/${file}`))),
    )
    .map(({ path, text }) => ({ file: path, sql: text }))
}
