import type { TakenFile } from './needs.ts'
import { markOf } from './remembered.ts'

export interface AppendNews<F extends TakenFile> {
  /** Files whose rows the table does not have. */
  readonly fresh: readonly F[]
  /** Files that stand where another content stood that was taken: what is new in them cannot be told. */
  readonly changed: readonly F[]
  /** Files taken before under another path. */
  readonly moved: readonly { readonly file: F; readonly from: string }[]
  /** What is taken once the fresh ones are. */
  readonly taken: readonly TakenFile[]
}

/**
 * Which files an append has not taken yet. A file is its content: it may be touched, moved, taken away and put back. As
 * many files of one content as were taken are known; one more is a file of its own that happens to say the same.
 */
export function appendNews<F extends TakenFile>(files: readonly F[], taken: readonly TakenFile[]): AppendNews<F> {
  const before = byDigest(taken)
  const fresh: F[] = []
  const moved: { file: F; from: string }[] = []
  const stands = new Set<string>() // places whose taken content is there still, if elsewhere
  for (const [digest, same] of byDigest(distinct(files))) {
    const places = (before.get(digest) ?? []).map(({ path }) => path)
    const there = same.filter(file => places.includes(file.path))
    const left = places.filter(path => !there.some(file => file.path === path))
    for (const file of same) {
      if (there.includes(file)) continue
      const from = left.shift()
      if (from === undefined) fresh.push(file)
      else {
        moved.push({ file, from })
        stands.add(from)
      }
    }
  }
  const known = new Map(taken.map(file => [file.path, file.digest]))
  const present = new Set(files.map(markOf))
  const isChanged = ({ path }: F): boolean => {
    const digest = known.get(path)
    return digest !== undefined && !stands.has(path) && !present.has(markOf({ path, digest }))
  }
  const gone = new Set(moved.map(({ file, from }) => markOf({ path: from, digest: file.digest })))
  const news = fresh.filter(file => !isChanged(file))
  return {
    fresh: news,
    changed: fresh.filter(isChanged),
    moved,
    taken: distinct([...taken.filter(file => !gone.has(markOf(file))), ...moved.map(({ file }) => file), ...news]).map(
      ({ path, digest }) => ({ path, digest }),
    ),
  }
}

const distinct = <F extends TakenFile>(files: readonly F[]): readonly F[] => [
  ...new Map(files.map(file => [markOf(file), file])).values(),
]

function byDigest<F extends TakenFile>(files: readonly F[]): ReadonlyMap<string, F[]> {
  const found = new Map<string, F[]>()
  for (const file of files) found.set(file.digest, [...(found.get(file.digest) ?? []), file])
  return found
}
