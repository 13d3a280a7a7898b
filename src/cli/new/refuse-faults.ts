import { MeshError } from '../../base/index.ts'
import { readWorkspace, withoutSurroundings, type TextFile } from '../../spec/index.ts'
import type { MeshView } from './mesh-view.ts'

/** What is written must be fine for `check`; what is not, as the name of a domain that is reserved, is said before. */
export function refuseFaults(documents: readonly TextFile[], sources: readonly string[] = [], view?: MeshView): void {
  const { settings } = withoutSurroundings
  const known =
    view === undefined
      ? settings
      : {
          ...settings,
          classes: view.known.classes.map(id => ({ id })),
          defaultClass: view.known.defaultClass,
          identifiers: Object.fromEntries(view.known.identifiers.map(({ id, ...identifier }) => [id, identifier])),
        }
  const files = sources.map(path => ({ path, sizeBytes: 0, at: { digest: '' } }))
  const { issues } = readWorkspace(documents, files, { ...withoutSurroundings, settings: known })
  const fault = issues.find(issue => issue.severity === 'error')
  if (fault === undefined) return
  throw new MeshError('usage.invalid', `${fault.message} Nothing was written.`, {
    fix: fault.fix ?? 'Choose another name, or write the documents by hand.',
  })
}
