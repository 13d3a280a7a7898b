import { hasErrors, MeshError } from '../../base/index.ts'
import { checkAloneIn } from '../check-alone-in.ts'
import { checkFolder } from '../check-folder.ts'
import { checkReport, type CheckFormat } from '../check-report.ts'
import { textOf, type Action, type Given } from '../command.ts'
import { readAlone, readFolder } from '../folder.ts'
import type { Output } from '../output/output.ts'
import { placed } from '../where-one-stands.ts'

export const check: Action = async (given, { effects, output }) => {
  const path = textOf(given, 'folder') ?? '.'
  const format = formatOf(given, output)
  const alone = await readAlone(path, effects.cwd)
  if (alone !== undefined) {
    const stand = { given: path, cwd: effects.cwd, folder: alone.folder }
    const { issues } = await checkAloneIn(alone.file, alone.folder)
    const found = issues.map(issue => placed(issue, stand))
    const files = [placed({ file: alone.file.path }, stand).file]
    await output.raw(checkReport(format, found, { name: alone.folder.name, files }))
    return hasErrors(found) ? 1 : 0
  }
  const folder = await readFolder(path, effects.cwd)
  if (folder.documents.length === 0) {
    throw new MeshError('release.empty', `There is no document of a mesh in ${folder.name}.`)
  }
  const stand = { given: path, cwd: effects.cwd, folder }
  const { workspace, issues } = await checkFolder(folder)
  const found = issues.map(issue => placed(issue, stand))
  const files = folder.documents.map(({ path: file }) => placed({ file }, stand).file)
  await output.raw(checkReport(format, found, { name: folder.name, files, workspace }))
  return hasErrors(found) ? 1 : 0
}

const formatOf = (given: Given, { json }: Output): CheckFormat =>
  json ? 'json' : ((textOf(given, 'format') ?? 'text') as CheckFormat)
