import { join } from 'node:path'
import { countOf, MeshError } from '../../base/index.ts'
import { meshDocuments, productDocuments } from '../../scaffold/index.ts'
import { isOn, needed, textOf, type Action } from '../command.ts'
import { findPlace, refuseName } from '../new/find-place.ts'
import { lookAtSource } from '../new/look-at-source.ts'
import { meshView } from '../new/mesh-view.ts'
import { newDomainFile } from '../new/new-domain-file.ts'
import { refuseFaults } from '../new/refuse-faults.ts'
import { columnDocument, columnRow, ownerLines, publishLine, rightsNotes } from '../new/told.ts'
import { askFor } from '../new/words.ts'
import { writeNew, type NewFile } from '../new/write-new.ts'
import { optional } from '../number-of.ts'

export const newMesh: Action = async (given, { effects, output }) => {
  const id = textOf(given, 'id') ?? 'mesh'
  refuseName('mesh', id)
  const documents = meshDocuments(id)
  refuseFaults(documents)
  const files = documents.map(({ path, text }) => ({ path: join(effects.cwd, path), text }))
  const paths = await writeNew(files, effects.cwd)
  await output.answer({ mesh: id, files: paths, next: 'meshwright publish' }, () =>
    [
      `Wrote ${paths.join(', ')}`,
      'Look through mesh.yaml: purposes, classes and shared identifiers are what your federation agrees on.',
      'Publish it, as the platform engineer:',
      '  meshwright publish',
    ].join('\n'),
  )
  return 0
}

export const newDomain: Action = async (given, cli) => {
  const { effects, output } = cli
  const id = needed(given, 'id')
  refuseName('domain', id)
  const view = await meshView(cli)
  const place = await findPlace(effects.cwd, id)
  const file = newDomainFile(place, given, view)
  refuseFaults([{ path: 'domain.yaml', text: file.text }])
  const paths = await writeNew([file], effects.cwd)
  const next = publishLine(place, effects.cwd)
  await output.answer({ domain: id, files: paths, ...optional('owner', view.person), next }, () =>
    [`Wrote ${paths.join(', ')}`, ...ownerLines(view, id), 'Publish it:', `  ${next}`].join('\n'),
  )
  return 0
}

export const newProduct: Action = async (given, cli) => {
  const { effects, output } = cli
  const [domain, name] = productName(needed(given, 'name'))
  const place = await findPlace(effects.cwd, domain)
  const view = await meshView(cli)
  const look = await lookAtSource(given, name, view, cli)
  const words = await askFor(given, { place, name, look, view }, cli)
  const isNew = place.written === undefined && view.server?.domains.includes(place.domain) !== true
  const domainFile = isNew ? [newDomainFile(place, { ...given, channel: words.channel }, view)] : []
  const documents = productDocuments({
    domain: place.domain,
    name,
    purpose: words.purpose,
    channel: words.channel,
    columns: words.columns,
    source: look.source,
    full: isOn(given, 'full'),
  })
  refuseFaults(
    [...domainFile.map(({ text }) => ({ path: 'domain.yaml', text })), ...documents],
    look.copy === undefined ? [] : [look.copy.as],
    view,
  )
  const folder = join(place.folder, 'products', name)
  const files: readonly NewFile[] = [
    ...domainFile,
    ...documents.map(({ path, text }) => ({ path: join(folder, path), text })),
    ...(look.copy === undefined ? [] : [{ path: join(folder, look.copy.as), copyOf: look.copy.from }]),
  ]
  const paths = await writeNew(files, effects.cwd)
  const next = publishLine(place, effects.cwd)
  const notes = [...look.notes, ...rightsNotes(place.domain, view, isNew)]
  const document = {
    product: `${place.domain}.${name}`,
    files: paths,
    purpose: words.purpose,
    channel: words.channel,
    ...optional('owner', isNew ? view.person : undefined),
    ...optional('rows', look.rows),
    columns: words.columns.map(columnDocument),
    notes,
    next,
  }
  await output.answer(document, () =>
    [
      `Wrote ${paths.join(', ')}`,
      `${look.rows === undefined ? '' : `${look.rows.toLocaleString('en')} ${look.rows === 1 ? 'row' : 'rows'} and `}${countOf(words.columns.length, 'column')} of ${look.called}:`,
      output.table(['Column', 'Type', 'Class', 'Guessed because it'], words.columns.map(columnRow)),
      ...notes.map(note => `note: ${note}`),
      ...(isNew ? ownerLines(view, place.domain) : []),
      'Look through the contract, then publish it:',
      `  ${next}`,
    ].join('\n'),
  )
  return 0
}

/** `shop/orders`, `shop.orders`, or `orders` within a domain's folder. */
function productName(written: string): readonly [domain: string | undefined, name: string] {
  const parts = written.split(/[/.]/)
  const [first = '', second] = parts
  if (parts.length > 2) {
    throw new MeshError('usage.invalid', `${written} is not the name of a product.`, {
      fix: 'Write it as: meshwright new product DOMAIN/NAME --from FILE',
    })
  }
  const name = second ?? first
  refuseName('product', name)
  return [second === undefined ? undefined : first, name]
}
