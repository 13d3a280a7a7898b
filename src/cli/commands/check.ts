import { hasErrors, MeshError } from '../../base/index.ts'
import { checkReport, type CheckFormat } from '../check-report.ts'
import { textOf, type Action } from '../command.ts'
import { readFolder } from '../folder.ts'
import { surroundingsOf, workspaceOf } from '../workspace-of.ts'

export const check: Action = async (given, { effects, output }) => {
  const folder = await readFolder(textOf(given, 'folder') ?? '.', effects.cwd)
  if (folder.documents.length === 0) {
    throw new MeshError('release.empty', `There is no document of a mesh in ${folder.name}.`)
  }
  const workspace = workspaceOf(folder)
  const { checkDeeply } = await import('../../server/index.ts')
  const issues = [
    ...workspace.issues,
    ...(hasErrors(workspace.issues) ? [] : await checkDeeply(workspace, surroundingsOf(folder).settings)),
  ]
  const format = output.json ? 'json' : ((textOf(given, 'format') ?? 'text') as CheckFormat)
  await output.raw(checkReport(format, issues, workspace, folder))
  return hasErrors(issues) ? 1 : 0
}
