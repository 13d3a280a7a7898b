import { hasErrors, type Issue } from '../base/index.ts'
import type { SourceFile } from '../mesh/index.ts'
import { checkDocument, kindOfDocument } from './check-document.ts'
import { documentKindOf, stemOf } from './document-path.ts'
import { readWorkspace } from './read-workspace.ts'
import type { Surroundings, TextFile, Workspace } from './workspace.ts'

/** What is read besides a document that is checked by itself. */
export interface Beside {
  /** The documents and SQL of its folder, and the `domain.yaml` above. */
  readonly documents: readonly TextFile[]
  readonly sources: readonly SourceFile[]
  readonly around: Surroundings
}

/**
 * One document by itself. A contract or product is judged by its standard alone, so that files written for other tools
 * are fine here too: what publishing it would need besides are warnings.
 */
export function checkAlone(
  file: TextFile,
  { documents, sources, around }: Beside,
): { readonly issues: readonly Issue[]; readonly workspace?: Workspace } {
  const own = checkDocument(file)
  if (hasErrors(own)) return { issues: own }
  const kind = kindOfDocument(file)
  const path = documentKindOf(file.path) === undefined ? renamed(file.path, kind) : file.path
  const isStandard = kind === 'contract' || kind === 'product'
  const others = documents.filter(other => other.path !== file.path && other.path !== path)
  const workspace = readWorkspace([{ ...file, path }, ...others], sources, around)
  const told = new Set(own.map(keyOf))
  const more = workspace.issues
    .filter(issue => issue.file === path && !issue.code.endsWith('.repeated') && !told.has(keyOf(issue)))
    .map(issue => ({ ...issue, file: file.path, severity: isStandard ? ('warning' as const) : issue.severity }))
  return { issues: [...own, ...more], workspace }
}

/** The name by which a document of this kind would be found in a folder. */
function renamed(path: string, kind: string | undefined): string {
  const endings: Readonly<Record<string, string>> = {
    contract: '.odcs.yaml',
    product: '.odps.yaml',
    policy: '.policy.yaml',
  }
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const ending = kind === undefined ? undefined : endings[kind]
  return ending === undefined ? `${folder}${kind ?? 'document'}.yaml` : `${folder}${stemOf(path)}${ending}`
}

const keyOf = ({ code, line, column, message }: Issue): string => JSON.stringify([code, line, column, message])
