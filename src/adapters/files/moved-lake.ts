import type { LakeFiles } from '../../lake/index.ts'

/**
 * A lake whose folder was elsewhere when some of its files were written: their metadata names files by the old address,
 * and those are the same files here. `formerFolders` are absolute paths.
 */
export function movedLake(lake: LakeFiles, formerFolders: readonly string[]): LakeFiles {
  const prefixes = formerFolders.map(folder => `file://${folder.replace(/\/+$/, '')}/`)
  return {
    ...lake,
    pathOf(uri) {
      const prefix = prefixes.find(former => uri.startsWith(former))
      return prefix === undefined ? lake.pathOf(uri) : lake.pathOf(lake.uri(uri.slice(prefix.length)))
    },
  }
}
