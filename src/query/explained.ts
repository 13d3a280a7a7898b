import type { MeshError } from '../base/index.ts'
import type { Explanation } from './gateway-face.ts'
import type { Prepared } from './prepared.ts'

/** A statement that may run, told to who asks what would be done with it. */
export function explained(prepared: Prepared): Explanation {
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

/** The no that it would get. */
export function refused(error: MeshError): Explanation {
  const { next, rule, team } = error.details
  return {
    verdict: 'deny',
    code: error.code,
    detail: error.message,
    fix: error.fix,
    ...(next === undefined ? {} : { next }),
    tables: [],
    determinedBy: rule === undefined ? [] : [{ rule, team: team ?? '', effect: 'deny', table: '' }],
    columns: [],
    notices: [],
  }
}
