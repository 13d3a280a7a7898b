import type { Output } from './output/output.ts'

interface Explained {
  readonly verdict?: 'allow' | 'deny'
  readonly purpose?: string
  readonly detail?: string
  readonly fix?: string
  readonly next?: { readonly command: string }
  readonly tables?: readonly {
    readonly table: string
    readonly release: string
    readonly snapshot: string
    readonly filteredBy: readonly string[]
    readonly masked: readonly { readonly column: string; readonly mask: string; readonly rules: readonly string[] }[]
  }[]
  readonly determinedBy?: readonly {
    readonly rule: string
    readonly team: string
    readonly effect: string
    readonly table: string
  }[]
  readonly columns?: readonly { readonly name: string; readonly type: string }[]
  readonly runsOn?: string
  readonly because?: readonly string[]
  readonly notices?: readonly { readonly message: string }[]
}

/** What would be done with a statement, for a person. */
export function explanationText(document: Readonly<Record<string, unknown>>, output: Output): string {
  const e = document as Explained
  return [
    `${e.verdict === 'allow' ? 'Allowed' : 'Refused'}${e.purpose === undefined ? '' : `, purpose ${e.purpose}`}`,
    ...(e.detail === undefined ? [] : [e.detail]),
    ...(e.tables ?? []).flatMap(t => [
      `${t.table} ${t.release}, snapshot ${t.snapshot}`,
      ...t.filteredBy.map(rule => `  rows: filtered by ${rule}`),
      ...t.masked.map(m => `  ${m.column}: ${m.mask} by ${m.rules.join(', ')}`),
    ]),
    ...((e.determinedBy ?? []).length === 0
      ? []
      : [
          output.table(
            ['Rule', 'Team', 'Effect', 'On'],
            (e.determinedBy ?? []).map(d => [d.rule, d.team, d.effect, d.table]),
          ),
        ]),
    ...((e.columns ?? []).length === 0
      ? []
      : [`Gives ${(e.columns ?? []).map(c => `${c.name} ${c.type}`).join(', ')}`]),
    ...(e.runsOn === undefined
      ? []
      : [
          `Runs on ${e.runsOn === 'copy' ? 'a copy of what may be seen' : 'views of the files'}${(e.because ?? []).length === 0 ? '' : `: ${(e.because ?? []).join('; ')}`}`,
        ]),
    ...(e.notices ?? []).map(n => `notice: ${n.message}`),
    ...(e.fix === undefined ? [] : [e.fix]),
    ...(e.next === undefined ? [] : [`  ${e.next.command}`]),
  ].join('\n')
}
