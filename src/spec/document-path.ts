/** The notations of the mesh, by file name; text files that belong to them are `sql` and `readme`. */
export type DocumentKind = 'mesh' | 'domain' | 'build' | 'product' | 'contract' | 'policy' | 'sql' | 'readme'

const patterns: readonly (readonly [DocumentKind, RegExp])[] = [
  ['mesh', /^mesh\.ya?ml$/],
  ['domain', /^domain\.ya?ml$/],
  ['build', /^build\.ya?ml$/],
  ['product', /^.+\.odps\.ya?ml$/],
  ['contract', /^.+\.odcs\.ya?ml$/],
  ['policy', /^.+\.policy\.ya?ml$/],
  ['sql', /^.+\.sql$/],
  ['readme', /^README\.md$/],
]

/** What the file with this path is, or undefined for data and everything else. Its folder does not matter. */
export function documentKindOf(path: string): DocumentKind | undefined {
  const name = fileNameOf(path)
  return patterns.find(([, pattern]) => pattern.test(name))?.[0]
}

/** Documents, SQL texts and READMEs; whatever else lies in a folder is data. */
export const isDocumentPath = (path: string): boolean => documentKindOf(path) !== undefined

export const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** `''` for a file at the top. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** File name without `.odcs.yaml`, `.sql` and the like. */
export const stemOf = (path: string): string =>
  fileNameOf(path).replace(/(\.(odps|odcs|policy))?\.(ya?ml|sql|csv|tsv|json|ndjson|jsonl|parquet)(\.gz)?$/, '')

/** The folder itself, then its parents, up to the top. */
export function foldersUpward(folder: string): readonly string[] {
  return folder === '' ? [''] : [folder, ...foldersUpward(folderOf(folder))]
}

/** `path` as seen from `folder`, with `.` and `..` resolved; undefined where it leaves the publication. */
export function joinPath(folder: string, path: string): string | undefined {
  const parts: string[] = []
  for (const part of [...folder.split('/'), ...path.split('/')]) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}
