import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, sep } from 'node:path'
import { isGlob, matchesGlob, MeshError } from '../base/index.ts'
import type { SourceFile } from '../mesh/index.ts'
import type { FileInput, LocalFile } from './reader-sql.ts'
import type { RunsWorld } from './world.ts'

/** A file of an input. */
export interface FoundFile extends LocalFile {
  /** Of its content, where it lies in the bundle and so cannot change. */
  readonly digest?: string
}

type SourcesWorld = Pick<RunsWorld, 'bundles' | 'sourceFolders' | 'visibleSources'>

/**
 * Where the files of an input lie now. A pattern over folders of the server means what lies there now; what it matched
 * once and is gone is no part of it any more. A file that is named and gone is told by its name.
 */
export async function findSources(world: SourcesWorld, input: FileInput): Promise<readonly FoundFile[]> {
  const files = await filesOf(world, input)
  if (files.length === 0) {
    throw new MeshError('source.not-found', `No file matches ${input.path}.`, {
      fix: isAbsolutePath(input.path)
        ? liesOpen(world, input.path)
          ? `Nothing there matches it now: put a file back, or mend the path in build.yaml and publish again.`
          : `Put it into a folder that builds may read, one of sources.folders in the configuration${isGlob(input.path) ? '' : ', and publish again'}.`
        : 'Check the path in build.yaml, which is relative to the product, and publish again.',
    })
  }
  return Promise.all(files.map(file => find(world, file)))
}

async function filesOf({ visibleSources }: SourcesWorld, input: FileInput): Promise<readonly SourceFile[]> {
  if (visibleSources === undefined || !isAbsolutePath(input.path) || !isGlob(input.path)) return input.files
  const visible = await visibleSources()
  return visible.filter(({ at }) => 'absolute' in at && matchesGlob(input.path, at.absolute))
}

/** The folder of the pattern is one that builds may read: it is only empty of what matches. */
function liesOpen({ sourceFolders }: SourcesWorld, pattern: string): boolean {
  const folder = pattern.replace(/[*?[{].*$/s, '').replace(/[^/\\]*$/, '')
  return isGlob(pattern) && sourceFolders.some(open => !relative(open, folder).startsWith('..'))
}

const isAbsolutePath = (path: string): boolean => /^([/\\]|[a-z]:)/i.test(path)

async function find({ bundles, sourceFolders }: SourcesWorld, { path, at }: SourceFile): Promise<FoundFile> {
  if ('digest' in at) {
    if (!(await bundles.has(at.digest))) {
      throw new MeshError('source.not-found', `The bundled file ${path} is gone from the server.`, {
        fix: 'Publish the product again, which uploads it.',
      })
    }
    return { path, absolute: bundles.pathOf(at.digest), digest: at.digest }
  }
  const real = await realpath(at.absolute).catch((thrown: unknown) => {
    throw new MeshError('source.not-found', `The source file ${path} cannot be found at ${at.absolute}.`, {
      fix: 'Put it back, or mend the path in build.yaml and publish again.',
      cause: thrown,
    })
  })
  await requireVisible(path, real, sourceFolders)
  return { path, absolute: real }
}

/** Asked when it was published, and again by each run: a link may stand there now, or the folder be closed to builds. */
async function requireVisible(path: string, real: string, folders: readonly string[]): Promise<void> {
  const open = await Promise.all(folders.map(folder => realpath(folder).catch(() => undefined)))
  if (open.some(folder => folder !== undefined && isBeneath(real, folder))) return
  throw new MeshError('source.unreadable', `The source file ${path} lies in no folder that builds may read.`, {
    fix: 'Put the file itself, and no link to it, into one of sources.folders in the configuration of the server.',
  })
}

function isBeneath(file: string, folder: string): boolean {
  const way = relative(folder, file)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** The engine's complaint about a source file, with the path as the build knows it; undefined where it is about none. */
export function sourceProblem(thrown: unknown, files: readonly LocalFile[]): MeshError | undefined {
  if (!(thrown instanceof Error)) return undefined
  const message = thrown.message.replace(/\n+LINE \d+:[\s\S]*$/, '')
  const file = files.find(({ absolute }) => message.includes(absolute))
  if (file === undefined) return undefined
  const said = message.replaceAll(file.absolute, file.path)
  if (/No such file|No files found|does not exist/i.test(message)) {
    return new MeshError('source.not-found', `The source file ${file.path} is gone.`, { cause: thrown })
  }
  const line = /CSV Error on Line: (\d+)|in line (\d+)/.exec(message)
  const reason = said
    .replace(/^[A-Za-z ]*Error: /, '')
    .split('\n')
    .filter(text => !/^(CSV Error on Line|Original Line)/.test(text))[0]
    ?.replace(/^Error when sniffing file .*$/, 'no way was found to split it into columns.')
    // The engine advises options of its own, `ignore_errors` among them, which would lose rows.
    .replace(/\s*\b(Try|Consider|Possible (fixes|solutions))\b.*$/, '')
    .replace(/^"maximum_object_size" of (\d+) bytes exceeded.*$/, 'it holds a value of more than $1 bytes.')
  const place = line === null ? '' : `, line ${line[1] ?? line[2]}`
  return new MeshError('source.unreadable', `${file.path}${place}: ${reason?.trim() || 'it cannot be read.'}`, {
    fix: 'Mend the file, or tell the reader how to read it by options of the input in build.yaml.',
    cause: thrown,
  })
}

/** A file of the lake that cannot be read any more, by the table that it belongs to and never by its place on the server. */
export function storedProblem(thrown: unknown, files: ReadonlyMap<string, string>): MeshError | undefined {
  const messages = [thrown, thrown instanceof Error ? thrown.cause : undefined].map(each =>
    each instanceof Error ? each.message : '',
  )
  const found = [...files].find(([absolute]) => messages.some(message => message.includes(absolute)))
  if (found === undefined) return undefined
  return new MeshError('storage.damaged', `A stored file of ${found[1]} is damaged or gone.`, { cause: thrown })
}
