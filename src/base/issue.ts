/** Something that a person wrote wrong, with its place. Collected and printed together; never thrown one by one. */
export interface Issue {
  /** Stable, `kebab-case` after a dot: `document.unknown-key`. */
  readonly code: string
  readonly message: string
  /** What to do, in one sentence or a line to paste. */
  readonly fix?: string
  readonly severity: 'error' | 'warning'
  readonly file?: string
  /** 1-based. */
  readonly line?: number
  /** 1-based, in UTF-16 units. */
  readonly column?: number
  /** Where in the document, as `schema[0].properties[2].name`. */
  readonly path?: string
  /** Where in the text at that path, in UTF-16 units: for whoever can tell its line. */
  readonly at?: number
  /** The product whose documents hold the path, where it is not known in which file they lie. */
  readonly product?: string
}

/** `file:line:column: message [code]`, the fix on a second line. */
export function formatIssue(issue: Issue): string {
  const place = [issue.file, issue.line, issue.column].filter(part => part !== undefined).join(':')
  const head = `${place === '' ? '' : `${place}: `}${issue.severity}: ${issue.message} [${issue.code}]`
  return issue.fix === undefined ? head : `${head}\n  fix: ${issue.fix}`
}

export const hasErrors = (issues: readonly Issue[]): boolean => issues.some(issue => issue.severity === 'error')
