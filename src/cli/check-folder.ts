import { hasErrors, type Issue } from '../base/index.ts'
import { checkDeeply, openSqlCheck } from '../server/index.ts'
import { documentKindOf, type Workspace } from '../spec/index.ts'
import type { Folder } from './folder.ts'
import { surroundingsOf, workspaceOf } from './workspace-of.ts'

/** The documents of a folder, and what they mean together. The engine starts while they are read. */
export async function checkFolder(
  folder: Folder,
): Promise<{ readonly workspace: Workspace; readonly issues: readonly Issue[] }> {
  const hasSql = folder.documents.some(({ path }) => documentKindOf(path) === 'sql')
  const engine = hasSql ? await openSqlCheck() : undefined
  try {
    const workspace = workspaceOf(folder)
    if (hasErrors(workspace.issues)) return { workspace, issues: workspace.issues }
    const deeper = await checkDeeply(workspace, surroundingsOf(folder).settings, folder.documents, engine)
    return { workspace, issues: [...workspace.issues, ...deeper] }
  } finally {
    await engine?.close()
  }
}
