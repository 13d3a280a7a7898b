import { matchesGlob, nearest } from '../base/index.ts'
import type { Input, SourceFile } from '../mesh/index.ts'
import type { InputText } from './build-schema.ts'
import { fileNameOf, folderOf, joinPath } from './document-path.ts'
import type { Path } from './document-place.ts'
import type { Reporter } from './reporter.ts'

export type FileInput = Input & { readonly kind: 'file' }
export type FileInputText = Extract<InputText, { source: 'file' }>

/** The files of an input among those of the publication, ordered by path and named as the product sees them. */
export function fileInput(
  text: FileInputText,
  path: Path,
  place: { readonly folder: string; readonly sources: readonly SourceFile[]; readonly report: Reporter },
): FileInput {
  const { folder, sources, report } = place
  const format = text.format ?? formatOf(text.path)
  if (format === undefined) {
    const message = `What kind of file ${text.path} is cannot be seen from its name.`
    report.error('build.format', [...path, 'path'], message, 'Say it: format: csv, json or parquet')
  }
  const options = (text.options ?? {}) as FileInput['options']
  return { kind: 'file', path: text.path, format: format ?? 'csv', options, files: filesOf() }

  function filesOf(): readonly SourceFile[] {
    if (/^[a-z][a-z0-9+.-]+:/i.test(text.path) && !/^[a-z]:[\\/]/i.test(text.path)) {
      const message = `${text.path} is an address: files are read from folders only.`
      report.error('build.file-address', [...path, 'path'], message, 'Name a file, or a source with a connection.')
      return []
    }
    if (isAbsolutePath(text.path))
      return sources.filter(({ at }) => 'absolute' in at && matchesGlob(text.path, at.absolute))
    const wanted = joinPath(folder, text.path)
    if (wanted === undefined) {
      const message = `${text.path} leads out of what is published.`
      report.error('build.file-outside', [...path, 'path'], message, 'Put the file beside the product.')
      return []
    }
    const found = sources.filter(source => 'digest' in source.at && matchesGlob(wanted, source.path))
    if (found.length === 0) {
      const message = `No file matches ${text.path}.`
      report.error('build.file-not-found', [...path, 'path'], message, missingFix(wanted, sources))
    }
    return found
      .map(source => ({ ...source, path: relativeTo(folder, source.path) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1))
  }
}

/** A path of the server's machine. */
export const isAbsolutePath = (path: string): boolean => /^([/\\]|[a-z]:[\\/])/i.test(path)

/** By the ending; undefined where it says nothing. */
export function formatOf(path: string): FileInput['format'] | undefined {
  const ending = /\.(csv|tsv|txt|json|ndjson|jsonl|parquet)(\.gz|\.zst)?$/i.exec(path)?.[1]?.toLowerCase()
  if (ending === undefined) return undefined
  if (ending === 'parquet') return 'parquet'
  return ['json', 'ndjson', 'jsonl'].includes(ending) ? 'json' : 'csv'
}

/** What the product calls a file must not depend on the folder that was published: runs remember files by it. */
function relativeTo(folder: string, path: string): string {
  if (folder === '' || path.startsWith(`${folder}/`)) return folder === '' ? path : path.slice(folder.length + 1)
  const up = folder.split('/')
  const down = path.split('/')
  let shared = 0
  while (shared < up.length && up[shared] === down[shared]) shared++
  return [...up.slice(shared).map(() => '..'), ...down.slice(shared)].join('/')
}

function missingFix(wanted: string, sources: readonly SourceFile[]): string {
  const beside = sources.filter(source => folderOf(source.path) === folderOf(wanted))
  const near = nearest(
    fileNameOf(wanted),
    beside.map(source => fileNameOf(source.path)),
  )
  return near === undefined ? 'Put it there; the path is relative to build.yaml.' : `Did you mean ${near}?`
}
