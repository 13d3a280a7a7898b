import { textOf, type Action } from '../command.ts'
import { readFolder } from '../folder.ts'
import { planComment } from '../plan-comment.ts'
import { planText } from '../plan-text.ts'
import { upload } from '../upload.ts'

/** `publish --dry-run` is the same. */
export const plan: Action = async (given, { api, effects, output }) => {
  const server = await api()
  const folder = await readFolder(textOf(given, 'folder') ?? '.', effects.cwd)
  const progress = output.progress()
  const publication = await upload(folder, server, progress).finally(() => progress.stop())
  const planned = await server.call('plan', publication)
  if (textOf(given, 'format') === 'comment' && !output.json) await output.raw(planComment(planned))
  else if (textOf(given, 'format') === 'json') await output.raw(`${JSON.stringify(planned)}\n`)
  else await output.answer(planned, () => planText(planned))
  return planned.allowed ? 0 : 1
}
