import { countOf } from '../base/index.ts'
import type { Api } from './api.ts'
import type { Folder } from './folder.ts'
import type { Progress } from './output/progress.ts'
import { uploadsOf, type Upload } from './workspace-of.ts'

export interface Publication {
  readonly files: { path: string; digest: string; sizeBytes: number }[]
  readonly folder: string
}

/** Uploads what the server does not have yet and gives the list that `plan` and `publish` take. */
export async function upload(folder: Folder, api: Api, progress: Progress): Promise<Publication> {
  const uploads = await uploadsOf(folder, await domainIsNew(folder, api))
  const { missing } = await api.call('missingUploads', { digests: [...new Set(uploads.map(u => u.digest))] })
  const queue = missing.flatMap(digest => uploads.find(u => u.digest === digest) ?? [])
  if (missing.length > 0) progress.step(`uploading ${countOf(missing.length, 'file')}`)
  const worker = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) await put(next, api)
  }
  await Promise.all([worker(), worker(), worker(), worker()])
  return { files: uploads.map(({ path, digest, sizeBytes }) => ({ path, digest, sizeBytes })), folder: folder.name }
}

async function put(file: Upload, api: Api): Promise<void> {
  await api.send(`/api/v1/uploads/${file.digest}`, { method: 'PUT', body: Buffer.from(await file.bytes()) })
}

/** A product folder brings its `domain.yaml` along only where the mesh does not have the domain: afterwards it is published by itself. */
async function domainIsNew(folder: Folder, api: Api): Promise<boolean> {
  if (folder.domainAbove === undefined) return false
  const { domains } = await api.call('mesh', {})
  const id = /^id:\s*['"]?([\w-]+)/m.exec(folder.domainAbove.text)?.[1]
  return !domains.some(domain => domain.id === id)
}
