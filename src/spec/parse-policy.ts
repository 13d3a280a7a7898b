import type { FindRule, Policy, PublishRule, QueryRule, RequestRule } from '../mesh/index.ts'
import { checkSchema } from './check-schema.ts'
import { present } from './plain.ts'
import { policySchema } from './policy-schema.ts'
import type { Reporter } from './reporter.ts'

/**
 * A `*.policy.yaml` of a domain, or a global one where `domain` is absent; undefined where it has errors. `file` is how
 * messages name it: it must not depend on where the mesh was published from.
 */
export function parsePolicy(report: Reporter, domain: string | undefined, file: string): Policy | undefined {
  const text = checkSchema(policySchema, 'Policy', report)
  if (text === undefined) return undefined
  const points = [text.onPublish, text.onQuery, text.onRequest, text.onFind, text.retain]
  if (points.every(point => point === undefined)) {
    const message = 'The policy has no point at which it would be enforced.'
    report.error('policy.no-point', [], message, 'Add one: onPublish, onQuery, onRequest, onFind or retain.')
    return undefined
  }
  return {
    id: text.id,
    ...present({ domain, title: text.title, description: text.description }),
    team: text.team,
    status: text.status ?? 'enforced',
    ...present({ from: text.from }),
    select: present({ domains: text.domains, products: text.products, tables: text.tables, columns: text.columns }),
    onPublish: rulesOf(text.onPublish) as readonly PublishRule[],
    onQuery: rulesOf(text.onQuery) as readonly QueryRule[],
    onRequest: rulesOf(text.onRequest) as readonly RequestRule[],
    onFind: rulesOf(text.onFind) as readonly FindRule[],
    ...present({ retain: text.retain }),
    tests: (text.tests ?? []).map(test => present(test)),
    file,
  }
}

/** A point is one rule or a list of them; the schema has checked what each holds. */
const rulesOf = (point: object | undefined): readonly object[] =>
  (point === undefined ? [] : Array.isArray(point) ? (point as readonly object[]) : [point]).map(rule => ({
    except: [],
    ...present(rule),
  }))
