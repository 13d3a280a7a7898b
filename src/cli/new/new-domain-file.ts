import { join } from 'node:path'
import { domainDocument } from '../../scaffold/index.ts'
import { textOf, type Given } from '../command.ts'
import type { Place } from './find-place.ts'
import type { MeshView } from './mesh-view.ts'
import { title } from './words.ts'

/** The `domain.yaml` of a domain that is not there yet; who is signed in becomes its product owner. */
export function newDomainFile(
  place: Place,
  given: Given,
  { person }: MeshView,
): { readonly path: string; readonly text: string } {
  const { domain } = place
  const { path, text } = domainDocument({
    id: domain,
    title: textOf(given, 'title') ?? title(domain),
    team: textOf(given, 'team') ?? domain,
    channel: textOf(given, 'channel') ?? `#${domain}-data`,
    ...(person === undefined ? {} : { owner: person }),
  })
  return { path: join(place.folder, path), text }
}
