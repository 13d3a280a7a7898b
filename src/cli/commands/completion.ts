import { MeshError, nearest } from '../../base/index.ts'
import { needed, type Action } from '../command.ts'
import { completionScript, shells } from '../completion-script.ts'

export const completion: Action = async (given, { output, table }) => {
  const name = needed(given, 'shell')
  const shell = shells.find(s => s === name)
  if (shell === undefined) {
    const near = nearest(name, shells)
    throw new MeshError('usage.invalid', `There is no completion for ${name}.`, {
      fix: `Ask for one of: meshwright completion ${near ?? shells.join('|')}`,
    })
  }
  const script = completionScript(shell, table)
  if (output.json) await output.answer({ shell, script }, () => script)
  else await output.raw(script)
  return 0
}
