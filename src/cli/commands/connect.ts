import { needed, textOf, type Action } from '../command.ts'
import { optional } from '../number-of.ts'

export const connect: Action = async (given, { api, output }) => {
  const settings = await (
    await api()
  ).call('connect', { id: needed(given, 'table'), ...optional('purpose', textOf(given, 'purpose')) })
  await output.answer(settings, () => settings.clients.map(c => `# ${c.title}\n${c.text}`).join('\n\n'))
  return 0
}
