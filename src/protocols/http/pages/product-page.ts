import type { TableShape } from '../../../api/index.ts'
import { handlers, type Caller, type Rooms } from '../../../operations/index.ts'
import { html, link, type Html } from './html.ts'
import { code, facts, list, paragraph, paste, section, table, tag } from './parts.ts'

/** What a product is and promises, what it is made of, and who uses it. */
export async function productPage(rooms: Rooms, caller: Caller, id: string): Promise<{ title: string; body: Html }> {
  const product = await handlers.product(rooms, { id }, caller)
  const { version, status, kind, lastRun, limitations } = product
  const body = html`
    <h1>${product.title}</h1>
    <p class="quiet">${code(product.id)} ${version} ${tag(status)} ${tag(kind)}</p>
    ${paragraph('lead', product.purpose)} ${paragraph('warn', limitations)}
    ${facts([
      ['Owner', product.owner],
      ['Use it for', product.usage],
      ...product.terms.map(t => [t.kind, t.url === undefined ? t.text : link(t.url, t.text)] as const),
      ...product.serviceLevels.map(s => [s.property, `${s.value} ${s.unit ?? ''}`] as const),
      ...product.support.map(s => ['Support', s.url === undefined ? s.channel : link(s.url, s.channel)] as const),
      ['Last run', lastRun === undefined ? undefined : `${lastRun.state}, ${lastRun.at}`],
    ])}
    ${product.tables.map(tablePart)} ${section('Made of', list(product.inputs.map(i => `${i.name} from ${i.from}`)))}
    ${section('Consumers', list(product.consumers.map(c => `${c.who}: ${c.table}, ${c.why}`)))}
    ${section(
      'Releases',
      table(
        ['Version', 'Change', 'When', 'By'],
        product.releases.map(r => [r.version, r.change, r.at, r.by]).reverse(),
      ),
    )}
    ${product.readme === undefined ? undefined : section('README', paste(product.readme))}
  `
  return { title: product.title, body }
}

function tablePart({ id, description, rows, snapshots, access, columns, checks, query }: TableShape): Html {
  const last = snapshots.at(-1)
  const data = last === undefined ? '' : `${rows === undefined ? 'Data' : `${rows} rows`} of ${last.at}.`
  const none = last === undefined && access.readable ? 'No data yet.' : ''
  return html`
    <h2>Table ${code(id)}</h2>
    ${paragraph('', description)} ${paragraph('quiet', [data, none, access.why].filter(Boolean).join(' '))}
    ${paste(access.next)}
    ${table(
      ['Column', 'Type', 'Class', 'You see', 'Meaning'],
      columns.map(c => [
        [code(c.name), c.key ? tag('key') : undefined],
        code(c.type),
        c.class,
        seenAs(c),
        c.description,
      ]),
    )}
    ${paste(query)} ${section('Checked before every promotion', list(checks.map(c => c.description)))}
  `
}

const seenAs = ({ readable, mask, nested = [] }: TableShape['columns'][number]): string =>
  readable === false
    ? 'not at all'
    : (mask ??
      (nested.length > 0
        ? nested.map(inner => `${inner.path}: ${inner.mask}`).join(', ')
        : readable === undefined
          ? ''
          : 'as it is'))
