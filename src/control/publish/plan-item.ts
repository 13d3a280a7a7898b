import { canonicalJson } from '../../base/index.ts'
import type { PlanItem } from '../command.ts'

/** An item with nothing to say but what happens to it. */
export const planItem = (kind: PlanItem['kind'], id: string, action: PlanItem['action']): PlanItem => ({
  kind,
  id,
  action,
  changes: [],
  consumers: [],
  violations: [],
  requests: [],
  assumptions: [],
})

/** What a document does to the thing that stands. */
export function actionOf(before: unknown, after: unknown): 'create' | 'update' | 'unchanged' {
  if (before === undefined) return 'create'
  return canonicalJson(before) === canonicalJson(after) ? 'unchanged' : 'update'
}
