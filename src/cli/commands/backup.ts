import { countOf } from '../../base/index.ts'
import { resolve } from 'node:path'
import { needed, textOf, type Action } from '../command.ts'
import { homeOf } from '../effects.ts'

export const backup: Action = async (given, { api, effects, output }) => {
  const copy = await (await api()).call('backup', { to: resolve(effects.cwd, needed(given, 'to')) })
  await output.answer(
    copy,
    () =>
      `Copied ${countOf(copy.files, 'file')}, ${countOf(copy.bytes, 'byte')}, up to entry ${copy.seq} of the ledger, to ${copy.to}.`,
  )
  return 0
}

export const restore: Action = async (given, { effects, output }) => {
  const { restoreHome } = await import('../../server/index.ts')
  const home = resolve(effects.cwd, homeOf(textOf(given, 'home'), effects))
  const restored = await restoreHome(resolve(effects.cwd, needed(given, 'from')), home)
  await output.answer({ home, ...restored }, () =>
    [
      `Restored ${countOf(restored.files, 'file')}, ${countOf(restored.entries, 'entry', 'entries')} of the ledger verified.`,
      `  meshwright up --home ${home}`,
    ].join('\n'),
  )
  return 0
}
