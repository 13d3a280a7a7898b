import type { Policy } from '../mesh/index.ts'

/** How a rule is named wherever it decides: `<id>` of a global one, `<domain>/<id>` of a local one. */
export const ruleName = (policy: Pick<Policy, 'id' | 'domain'>): string =>
  policy.domain === undefined ? policy.id : `${policy.domain}/${policy.id}`
