import type { Issue } from '../base/index.ts'
import { emptyState, evolve, type MeshEvent, type MeshSettings, type MeshState } from '../mesh/index.ts'
import { checkPolicy, testPolicy } from '../policy/index.ts'
import type { Workspace } from '../spec/index.ts'

/** Policies against the tables of their folder, and their own tests. */
export function checkPolicies(workspace: Workspace, settings: MeshSettings): readonly Issue[] {
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
