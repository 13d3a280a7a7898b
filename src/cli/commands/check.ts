import { join, relative } from 'node:path'
import { hasErrors, MeshError, type Issue } from '../../base/index.ts'
import { checkReport, type CheckFormat } from '../check-report.ts'
import { textOf, type Action } from '../command.ts'
import { readFolder, type Folder } from '../folder.ts'
import { surroundingsOf, workspaceOf } from '../workspace-of.ts'

export const check: Action = async (given, { effects, output }) => {
  const folder = await readFolder(textOf(given, 'folder') ?? '.', effects.cwd)
  if (folder.documents.length === 0) {
    throw new MeshError('release.empty', `There is no document of a mesh in ${folder.name}.`)
  }
  const workspace = workspaceOf(folder)
  const { checkDeeply } = await import('../../server/index.ts')
  const found = [
    ...workspace.issues,
    ...(hasErrors(workspace.issues)
      ? []
      : await checkDeeply(workspace, surroundingsOf(folder).settings, folder.documents)),
  ]
  const issues = found.map(issue => placed(issue, folder, effects.cwd))
  const format = output.json ? 'json' : ((textOf(given, 'format') ?? 'text') as CheckFormat)
  await output.raw(checkReport(format, issues, workspace, folder))
  return hasErrors(issues) ? 1 : 0
}

/** Editors and build servers look for files from where they are. */
function placed(issue: Issue, { base, documents }: Folder, cwd: string): Issue {
  const { file } = issue
  if (file === undefined) return issue
  // Builds know their SQL by its bare name.
  const named = documents.filter(document => document.path === file || document.path.endsWith(`/${file}`))
  const path = named.length === 1 ? named[0]!.path : file
  return { ...issue, file: relative(cwd, join(base, path)) }
}
