import type { PlanShape } from '../api/index.ts'
import { countOf, formatIssue, type Issue } from '../base/index.ts'
import { titleOf } from './plan-text.ts'

/** A plan as the comment of a pull request: what it would do to the mesh, at a glance and then in full. */
export function planComment(plan: PlanShape): string {
  const changed = plan.items.filter(item => item.action !== 'unchanged')
  const hit = new Set(changed.flatMap(item => item.consumers.map(c => c.who)))
  return `${[
    `### ${plan.allowed ? 'May be published' : 'May not be published'}: ${changed.length} of ${plan.items.length} change, ${countOf(hit.size, 'consumer')} concerned`,
    ...plan.refusals.map(r => `- **${md(r.detail)}** ${md(r.fix)} (\`${r.code}\`)`),
    ...plan.issues.map(issue => `- ${md(formatIssue(issue as Issue))}`),
    ...plan.warnings.map(warning => `- ${md(warning)}`),
    ...changed.flatMap(item => [
      '',
      `#### ${md(titleOf(item))}`,
      ...tableOf(
        ['Weight', 'Change'],
        item.changes.map(c => [c.weight, c.message]),
      ),
      ...tableOf(
        ['Consumer', 'Table', 'Why'],
        item.consumers.map(c => [c.who, c.table, c.why]),
      ),
      ...tableOf(
        ['Rule', 'Team', 'Fails because'],
        item.violations.map(v => [
          v.policy,
          v.team,
          `${v.message}${v.fix === undefined ? '' : ` ${v.fix}`}${v.grace === undefined ? '' : ` (blocks from ${v.grace.slice(0, 10)})`}`,
        ]),
      ),
      ...item.assumptions.map(text => `- assumed: ${md(text)}`),
    ]),
  ].join('\n')}\n`
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.map(md).join(' | ')} |`
  return ['', line(heads), line(heads.map(() => '---')), ...rows.map(line), '']
}

/** Text of a mesh inside Markdown: no markup, no mention, no row of its own. */
const md = (text: string) =>
  text
    .replace(/[\\`*_[\]<>|~#]/g, String.raw`\$&`)
    .replaceAll('@', '@\u200b')
    .replaceAll(/\s*\n\s*/g, ' ')
