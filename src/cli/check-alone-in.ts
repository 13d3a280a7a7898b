import type { Issue } from '../base/index.ts'
import { checkAlone, kindOfDocument, type TextFile, type Workspace } from '../spec/index.ts'
import type { Folder } from './folder.ts'
import { asSource, surroundingsOf } from './workspace-of.ts'

/** One file by itself: a document by its notation, a policy with its tests, or the SQL of one table. */
export async function checkAloneIn(
  file: TextFile,
  folder: Folder,
): Promise<{ readonly issues: readonly Issue[]; readonly workspace?: Workspace }> {
  const kind = kindOfDocument(file)
  if (kind === 'sql') {
    const { openSqlCheck } = await import('../server/index.ts')
    const engine = await openSqlCheck()
    try {
      return { issues: await engine.check([{ file: file.path, sql: file.text }]) }
    } finally {
      await engine.close()
    }
  }
  const around = surroundingsOf(folder)
  const documents = [...besideOf(kind, folder), ...(folder.domainAbove === undefined ? [] : [folder.domainAbove])]
  const found = checkAlone(file, { documents, sources: folder.data.map(asSource), around })
  if (kind !== 'policy' || found.workspace === undefined) return found
  const { checkDeeply } = await import('../server/index.ts')
  const deeper = await checkDeeply({ ...found.workspace, products: [] }, around.settings, [])
  return { ...found, issues: [...found.issues, ...deeper] }
}

/** The SQL and build of its folder, and what belongs to the same product; of a folder full of contracts not the others. */
function besideOf(kind: string | undefined, { documents }: Folder): readonly TextFile[] {
  const of = (...kinds: readonly string[]) => documents.filter(other => kinds.includes(kindOfDocument(other) ?? ''))
  const products = of('product')
  if (kind === 'build') return of('contract', 'product', 'sql')
  if (kind === 'product') return of('contract', 'build', 'sql')
  if (kind !== 'contract') return []
  return products.length === 1 ? [...of('contract', 'build', 'sql'), ...products] : of('build', 'sql')
}
