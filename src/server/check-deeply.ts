import type { Issue } from '../base/index.ts'
import type { MeshSettings } from '../mesh/index.ts'
import type { TextFile, Workspace } from '../spec/index.ts'
import type { SqlCheck, SqlText } from './check-sql.ts'

/**
 * What `check` can say beyond single documents, offline: policies against the folder's tables and their own tests,
 * tables that read themselves, and SQL by the engine's parser, where there is an engine. `documents` are the files that the workspace was read from.
 */
export async function checkDeeply(
  workspace: Workspace,
  settings: MeshSettings,
  documents: readonly TextFile[],
  engine?: SqlCheck,
): Promise<readonly Issue[]> {
  const sql = engine?.check(sqlTexts(workspace, documents)) ?? []
  const policies =
    workspace.policies.length === 0
      ? []
      : import('./check-policies.ts').then(({ checkPolicies }) => checkPolicies(workspace, settings))
  const circles =
    workspace.products.length === 0 ? [] : import('./check-circles.ts').then(c => c.checkCircles(workspace, engine))
  return (await Promise.all([policies, sql, circles])).flat()
}

/** Builds know their SQL by its bare name: of several files with that name it is one with that text. Derived SQL has no file. */
function sqlTexts({ products }: Workspace, documents: readonly TextFile[]): readonly SqlText[] {
  const outputs = products.flatMap(product => Object.values(product.build.outputs))
  return documents
    .filter(({ path, text }) =>
      outputs.some(({ sql, file }) => text === sql && (path === file || path.endsWith(`/${file}`))),
    )
    .map(({ path, text }) => ({ file: path, sql: text }))
}
