import { hasErrors, nearest } from '../base/index.ts'
import { policyKey, type Domain, type MeshSettings, type Policy } from '../mesh/index.ts'
import { folderOf } from './document-path.ts'
import type { Documents } from './documents.ts'
import { parsePolicy } from './parse-policy.ts'
import type { Reporter } from './reporter.ts'

export interface ReadPolicy {
  readonly policy: Policy
  readonly report: Reporter
}

/** Policies: those under a `domain.yaml` are that domain's, all others global. */
export function readPolicies(
  documents: Documents,
  settings: MeshSettings,
  domains: readonly Domain[],
): readonly ReadPolicy[] {
  const teams = [...Object.keys(settings.teams), ...domains.map(domain => domain.team), settings.governance.team ?? '']
  const seen = new Map<string, string>()
  return documents.of('policy').flatMap(report => {
    const { file } = report.document
    const domain = documents.domainAround(folderOf(file))
    const top = domain?.folder ?? folderOf(documents.of('mesh')[0]?.document.file ?? '')
    const name = top !== '' && file.startsWith(`${top}/`) ? file.slice(top.length + 1) : file
    const policy = parsePolicy(report, domain?.id, name)
    if (policy === undefined || (domain !== undefined && domain.id === undefined)) return []
    const key = policyKey(policy)
    const first = seen.get(key)
    if (first !== undefined) {
      report.error(
        'policy.repeated',
        ['id'],
        `The policy ${policy.id} is in ${first} too.`,
        'Give one of them another id.',
      )
    }
    seen.set(key, first ?? file)
    // Teams may come from the identity provider: only a name that looks mistyped is worth a word.
    const near = teams.includes(policy.team)
      ? undefined
      : nearest(
          policy.team,
          teams.filter(team => team !== ''),
        )
    if (near !== undefined) {
      report.warning(
        'policy.team-unknown',
        ['team'],
        `No document names the team ${policy.team}.`,
        `Did you mean ${near}?`,
      )
    }
    return hasErrors(report.issues) ? [] : [{ policy, report }]
  })
}
