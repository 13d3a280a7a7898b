import { join } from 'node:path'
import { MeshError } from '../../base/index.ts'
import { domainDocument, meshDocuments, productDocuments, typeText, type ColumnGuess } from '../../scaffold/index.ts'
import { readWorkspace, withoutSurroundings, type TextFile } from '../../spec/index.ts'
import { isOn, needed, textOf, type Action, type Cli, type Given } from '../command.ts'
import { terminalAsk } from '../new/ask.ts'
import { findPlace, refuseName, type Place } from '../new/find-place.ts'
import { lookAtSource, type Look } from '../new/look-at-source.ts'
import { meshView, type MeshView } from '../new/mesh-view.ts'
import { shown, writeNew, type NewFile } from '../new/write-new.ts'
import { optional } from '../number-of.ts'

export const newMesh: Action = async (given, { effects, output }) => {
  const id = textOf(given, 'id') ?? 'mesh'
  refuseName('mesh', id)
  const documents = meshDocuments(id)
  checked(documents)
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
  checked([{ path: 'domain.yaml', text: file.text }])
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
  checked(
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
      `${look.rows === undefined ? '' : `${look.rows.toLocaleString('en')} ${look.rows === 1 ? 'row' : 'rows'} and `}${words.columns.length} ${words.columns.length === 1 ? 'column' : 'columns'} of ${look.called}:`,
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
  if (second !== undefined) refuseName('domain', first)
  refuseName('product', name)
  return [second === undefined ? undefined : first, name]
}

interface Words {
  readonly purpose: string
  readonly channel: string
  readonly columns: readonly ColumnGuess[]
}

/** What no look can tell. At a terminal it is asked; elsewhere, and with `--yes`, what is likely is taken. */
async function askFor(
  given: Given,
  { place, name, look, view }: { place: Place; name: string; look: Look; view: MeshView },
  { effects, output }: Cli,
): Promise<Words> {
  const likely = {
    purpose:
      textOf(given, 'purpose') ??
      `${title(name)}, as ${look.called} ${look.source.kind === 'query' ? 'show' : 'lists'} them.`,
    channel: textOf(given, 'channel') ?? place.written?.channel ?? `#${place.domain}-data`,
    columns: look.columns,
  }
  const asks = effects.stdin.isTty && effects.stderr.isTty && !output.json && !isOn(given, 'yes')
  if (!asks) return likely
  const ask = effects.ask ?? terminalAsk
  const purpose =
    textOf(given, 'purpose') ?? (await ask.text(`What is ${place.domain}.${name} for? One sentence.`, likely.purpose))
  const channel =
    textOf(given, 'channel') ??
    place.written?.channel ??
    (await ask.text('Where do people ask about it? A channel or an address.', likely.channel))
  const columns: ColumnGuess[] = []
  for (const column of look.columns) {
    if (column.unsure !== true) columns.push(column)
    else {
      const question = `How sensitive is ${column.name}?`
      columns.push({ ...column, class: await ask.choose(question, view.known.classes, column.class) })
    }
  }
  return { purpose, channel, columns }
}

const title = (name: string): string => {
  const words = name.replace(/[_-]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function newDomainFile(
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

/** What is written must be fine for `check`; what is not, as the name of a domain that is reserved, is said before. */
function checked(documents: readonly TextFile[], sources: readonly string[] = [], view?: MeshView): void {
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

const publishLine = (place: Place, cwd: string): string => {
  const folder = shown(place.folder, cwd)
  return folder === '.'
    ? 'meshwright publish'
    : `meshwright publish ${/^[\w./-]+$/.test(folder) ? folder : `'${folder}'`}`
}

const ownerLines = ({ person }: MeshView, domain: string): readonly string[] => [
  person === undefined
    ? `Whoever publishes ${domain} first becomes its product owner.`
    : `${person} becomes product owner of ${domain}.`,
]

function rightsNotes(domain: string, { server }: MeshView, isNew: boolean): readonly string[] {
  if (isNew || server === undefined || !server.domains.includes(domain)) return []
  const roles = server.roles[domain] ?? []
  return roles.some(role => role === 'product-owner' || role === 'data-engineer')
    ? []
    : [`You are neither product owner nor data engineer of ${domain}: one of them has to publish it.`]
}

const columnDocument = (column: ColumnGuess) => ({
  name: column.name,
  source: column.source,
  type: typeText(column.type),
  class: column.class,
  key: column.key,
  required: column.required,
  ...optional('identifier', column.identifier),
  ...optional('because', column.because),
})

const columnRow = (column: ColumnGuess): readonly string[] => {
  const reasons = [
    column.because,
    column.key ? 'never repeats: the key' : undefined,
    column.identifier === undefined ? undefined : `holds the identifier ${column.identifier}`,
    column.unsure === true && column.because === undefined ? 'tells of no person here, as far as seen' : undefined,
  ].filter(reason => reason !== undefined)
  const type = typeText(column.type)
  return [column.name, type.length > 40 ? `${type.slice(0, 39)}…` : type, column.class, reasons.join('; ')]
}
