import { join, relative } from 'node:path'
import { hasErrors, MeshError, type Issue } from '../../base/index.ts'
import { checkAloneIn } from '../check-alone-in.ts'
import { checkFolder } from '../check-folder.ts'
import { checkReport, type CheckFormat } from '../check-report.ts'
import { textOf, type Action, type Given } from '../command.ts'
import { readAlone, readFolder, type Folder } from '../folder.ts'
import type { Output } from '../output/output.ts'

export const check: Action = async (given, { effects, output }) => {
  const path = textOf(given, 'folder') ?? '.'
  const format = formatOf(given, output)
  const alone = await readAlone(path, effects.cwd)
  if (alone !== undefined) {
    const { issues } = await checkAloneIn(alone.file, alone.folder)
    const found = issues.map(issue => placed(issue, alone.folder, effects.cwd))
    const files = [placed({ file: alone.file.path }, alone.folder, effects.cwd).file]
    await output.raw(checkReport(format, found, { name: alone.folder.name, files }))
    return hasErrors(found) ? 1 : 0
  }
  const folder = await readFolder(path, effects.cwd)
  if (folder.documents.length === 0) {
    throw new MeshError('release.empty', `There is no document of a mesh in ${folder.name}.`)
  }
  const { workspace, issues } = await checkFolder(folder)
  const found = issues.map(issue => placed(issue, folder, effects.cwd))
  const files = folder.documents.map(({ path: file }) => placed({ file }, folder, effects.cwd).file)
  await output.raw(checkReport(format, found, { name: folder.name, files, workspace }))
  return hasErrors(found) ? 1 : 0
}

const formatOf = (given: Given, { json }: Output): CheckFormat =>
  json ? 'json' : ((textOf(given, 'format') ?? 'text') as CheckFormat)

/** Editors and build servers look for files from where they are. */
function placed<Placed extends Pick<Issue, 'file'>>(thing: Placed, { base }: Folder, cwd: string): Placed {
  return thing.file === undefined ? thing : { ...thing, file: relative(cwd, join(base, thing.file)) }
}
