import { limits, type Issue } from '../base/index.ts'
import { documentKindOf, folderOf, foldersUpward, type DocumentKind } from './document-path.ts'
import { lostCharacter } from './lost-character.ts'
import { reporterOf, type Reporter } from './reporter.ts'
import type { TextFile } from './workspace.ts'
import { readYaml } from './yaml-document.ts'

/** The files of a publication, read as YAML where they are, in the order of their paths. */
export interface Documents {
  readonly of: (kind: DocumentKind) => readonly Reporter[]
  readonly all: readonly Reporter[]
  /** By path. */
  readonly sql: ReadonlyMap<string, string>
  /** README.md, by folder. */
  readonly readmes: ReadonlyMap<string, string>
  /** The id that the nearest `domain.yaml` upward says, if there is one. */
  readonly domainAround: (folder: string) => { readonly folder: string; readonly id: string | undefined } | undefined
  /** About files that are no YAML. */
  readonly issues: readonly Issue[]
}

export function sortDocuments(files: readonly TextFile[]): Documents {
  const byKind = new Map<DocumentKind, Reporter[]>()
  const all: Reporter[] = []
  const [sql, readmes, issues] = [new Map<string, string>(), new Map<string, string>(), [] as Issue[]]
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    const kind = documentKindOf(file.path)
    if (kind === undefined) continue
    if (kind === 'readme') readmes.set(folderOf(file.path), file.text)
    else if (kind === 'sql') addSql(file)
    else {
      const report = reporterOf(readYaml(file))
      all.push(report)
      byKind.set(kind, [...(byKind.get(kind) ?? []), report])
    }
  }
  const of = (kind: DocumentKind) => byKind.get(kind) ?? []
  const domains = new Map(of('domain').map(report => [folderOf(report.document.file), idOf(report.document.value)]))
  const domainAround = (folder: string) => {
    const at = foldersUpward(folder).find(parent => domains.has(parent))
    return at === undefined ? undefined : { folder: at, id: domains.get(at) }
  }
  return { of, all, sql, readmes, domainAround, issues }

  function addSql(file: TextFile): void {
    const bytes = Buffer.byteLength(file.text)
    const problem =
      bytes > limits.sqlBytesMax
        ? `The SQL has ${bytes} bytes; at most ${limits.sqlBytesMax} are read.`
        : file.text.trim() === ''
          ? 'The SQL file is empty.'
          : undefined
    sql.set(file.path, file.text)
    const lost = lostCharacter(file.path, file.text)
    if (lost !== undefined) issues.push(lost)
    if (problem === undefined) return
    const place = { file: file.path, line: 1, column: 1 }
    issues.push({ code: 'build.sql', message: problem, fix: 'Write one SELECT.', severity: 'error', ...place })
  }
}

const idOf = (value: unknown): string | undefined => {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return typeof id === 'string' ? id : undefined
}
