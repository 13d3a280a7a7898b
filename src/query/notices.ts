import { foldAscii } from '../mesh/index.ts'
import type { Allowed } from '../policy/index.ts'
import type { Notice } from './gateway-face.ts'
import { maskNotices } from './mask-notices.ts'
import type { PreparedTable } from './prepared.ts'
import type { Tree } from './tree.ts'

/** What an answer says of itself: what it leaves out and does not match, and what will change. */
export function noticesOf(tree: Tree, tables: readonly PreparedTable[], decision: Allowed): readonly Notice[] {
  const seen = tables.map(table => ({
    table: table.version.id,
    names: table.references.map(({ name, alias }) => foldAscii(alias === '' ? name : alias)),
    columns: table.decision.columns,
  }))
  return [
    ...maskNotices(tree, seen),
    ...tables.flatMap(({ decision: { minimumGroup: group } }) =>
      group === undefined
        ? []
        : [
            {
              code: 'policy.group',
              rule: group.rule,
              message: `Groups of fewer than ${group.people} people are left out.`,
            },
          ],
    ),
    ...(decision.warnings ?? []).map(({ rule, message }) => ({ code: 'policy.grace', rule, message })),
    ...tables.flatMap(({ version }) => deprecation(version.id, version.contract.status)),
  ]
}

const deprecation = (table: string, status: string): readonly Notice[] =>
  status === 'deprecated' || status === 'retired'
    ? [{ code: 'release.deprecated', message: `This version of ${table} is ${status}.` }]
    : []
