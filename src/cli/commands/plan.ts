import { textOf, type Action } from '../command.ts'
import { readFolder } from '../folder.ts'
import { planComment } from '../plan-comment.ts'
import { planText } from '../plan-text.ts'
import { upload } from '../upload.ts'
import { placedPlan, placedRefusal } from '../where-one-stands.ts'

/** `publish --dry-run` is the same. */
export const plan: Action = async (given, { api, effects, output }) => {
  const server = await api()
  const path = textOf(given, 'folder') ?? '.'
  const folder = await readFolder(path, effects.cwd)
  const stand = { given: path, cwd: effects.cwd, folder }
  const progress = output.progress()
  const publication = await upload(folder, server, progress).finally(() => progress.stop())
  const plain = await server.call('plan', publication).catch(thrown => {
    throw placedRefusal(thrown, stand)
  })
  const planned = placedPlan(plain, stand)
  if (textOf(given, 'format') === 'comment' && !output.json) await output.raw(planComment(planned))
  else if (textOf(given, 'format') === 'json') await output.raw(`${JSON.stringify(planned)}\n`)
  else await output.answer(planned, () => planText(planned))
  return planned.allowed ? 0 : 1
}
