import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { countOf, digestOf, limits, MeshError } from '../base/index.ts'
import { withoutSurroundings, readWorkspace, type Surroundings, type Workspace } from '../spec/index.ts'
import type { Folder } from './folder.ts'

/** One file of a publication. */
export interface Upload {
  readonly path: string
  readonly digest: string
  readonly sizeBytes: number
  readonly bytes: () => Promise<Uint8Array>
}

/** The `domain.yaml` and `mesh.yaml` above a folder, as what is already in force. */
export function surroundingsOf(folder: Folder): Surroundings {
  const above = [folder.domainAbove, folder.meshAbove].filter(file => file !== undefined)
  const around = readWorkspace(above, [], withoutSurroundings)
  return around.mesh === undefined
    ? { ...withoutSurroundings, domains: around.domains }
    : { settings: around.mesh, domains: around.domains }
}

/** The folder's documents read offline. */
export const workspaceOf = (folder: Folder): Workspace =>
  readWorkspace(folder.documents, folder.data.map(asSource), surroundingsOf(folder))

/** What `publish` uploads: every document, and of the data what the builds read. */
export async function uploadsOf(folder: Folder, withDomain: boolean): Promise<readonly Upload[]> {
  const read = new Set(workspaceOf(folder).reads)
  const documents =
    withDomain && folder.domainAbove !== undefined ? [folder.domainAbove, ...folder.documents] : folder.documents
  const data = folder.data.filter(file => read.has(file.path))
  const sizeBytes = data.reduce((sum, file) => sum + file.sizeBytes, 0)
  if (sizeBytes > limits.bundleBytesMax) {
    throw new MeshError(
      'request.too-large',
      `The builds read ${countOf(sizeBytes, 'byte')} of files in ${folder.name}; a publication takes ${limits.bundleBytesMax}.`,
      { fix: 'Put the large ones where the server sees them, and name them in build.yaml by their absolute path.' },
    )
  }
  return [
    ...documents.map(({ path, text }): Upload => {
      const bytes = Buffer.from(text)
      return { path, digest: digestOf(bytes), sizeBytes: bytes.length, bytes: () => Promise.resolve(bytes) }
    }),
    ...(await Promise.all(data.map(file => dataUpload(folder, file)))),
  ]
}

/** Offline the digest does not matter: the bytes are not read. */
export const asSource = (file: Folder['data'][number]) => ({ ...file, at: { digest: '' } })

async function dataUpload(folder: Folder, { path, sizeBytes }: Folder['data'][number]): Promise<Upload> {
  const absolute = join(folder.base, path)
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(absolute)) hash.update(chunk as Buffer)
  const bytes = async () => {
    const chunks: Buffer[] = []
    for await (const chunk of createReadStream(absolute)) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  }
  return { path, digest: hash.digest('hex'), sizeBytes, bytes }
}
