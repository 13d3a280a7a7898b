import type { Issue } from '../base/index.ts'
import { formatPath, type Path } from './document-place.ts'
import type { YamlDocument } from './yaml-document.ts'

/** Something found at a path, before it is known where in the text that is. */
export interface Finding {
  readonly code: string
  readonly path: Path
  readonly message: string
  readonly fix: string
  readonly severity?: 'error' | 'warning'
  /** Whether the key or its value is meant; the value unless said. */
  readonly where?: 'key' | 'value'
  /** A character of the text at the path, in UTF-16 units; the whole of it unless said. */
  readonly at?: number
}

/** Collects what is wrong with one document, each with its place. */
export interface Reporter {
  readonly document: YamlDocument
  readonly issues: readonly Issue[]
  readonly error: (code: string, path: Path, message: string, fix: string) => void
  readonly warning: (code: string, path: Path, message: string, fix: string) => void
  readonly add: (finding: Finding) => void
}

export function reporterOf(document: YamlDocument): Reporter {
  const issues: Issue[] = [...document.issues]
  // What an alias without an anchor would have been is not known: nothing more is said of it.
  const lost = new Set(issues.filter(({ code }) => code === 'document.alias-unknown').map(({ path }) => path))
  const add = (finding: Finding) => {
    if (!lost.has(formatPath(finding.path))) issues.push(issueOf(document, finding))
  }
  const said = (severity: Issue['severity']) => (code: string, path: Path, message: string, fix: string) =>
    add({ code, path, message, severity, fix })
  return { document, issues, error: said('error'), warning: said('warning'), add }
}

export function issueOf(document: YamlDocument, finding: Finding): Issue {
  const { code, path, message, fix, severity = 'error', where = 'value', at } = finding
  return {
    code,
    message,
    fix,
    severity,
    file: document.file,
    ...(at === undefined ? document.placeOf(path, where) : document.placeIn(path, at)),
    ...(path.length === 0 ? {} : { path: formatPath(path) }),
  }
}
