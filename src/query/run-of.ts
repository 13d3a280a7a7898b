import { digestOf } from '../base/index.ts'
import type { RunRequest } from './needs.ts'
import type { Prepared } from './prepared.ts'

/** What the engine is told of a prepared statement, whoever runs it and with which values. */
export type PreparedRun = Pick<RunRequest, 'relations' | 'on' | 'ordered' | 'sql' | 'limits' | 'instanceKey'>

const known = { views: new WeakMap<Prepared, PreparedRun>(), copies: new WeakMap<Prepared, PreparedRun>() }

export function runOf(prepared: Prepared, on: 'views' | 'copies'): PreparedRun {
  const before = known[on].get(prepared)
  if (before !== undefined) return before
  const { relations, sql, limits } = prepared
  // Which row an error of a copy speaks of must not depend on how the copy came to be.
  const ordered = prepared.ordered || (on === 'copies' && prepared.looksUp)
  const shape = relations.map(({ schema, name, select, copyColumns }) =>
    on === 'views' ? [schema, name, select] : [schema, name, select, copyColumns ?? '*'],
  )
  const instanceKey = digestOf([on, ordered, shape])
  const run: PreparedRun = { relations, on, ...(ordered ? { ordered } : {}), sql, limits, instanceKey }
  known[on].set(prepared, run)
  return run
}
