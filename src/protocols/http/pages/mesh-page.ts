import { handlers, type Caller, type Rooms } from '../../../operations/index.ts'
import { html, link, type Html } from './html.ts'
import { paragraph, paste, section, table } from './parts.ts'

/** The whole mesh on a page: its domains with their products, and a search. */
export async function meshPage(rooms: Rooms, caller: Caller, words: string): Promise<{ title: string; body: Html }> {
  const mesh = await handlers.mesh(rooms, {}, caller)
  const { domains, products, tables, policies } = mesh.counts
  const title = mesh.title ?? mesh.id
  const body = html`
    <h1>${title}</h1>
    ${paragraph('quiet', `${domains} domains, ${products} products, ${tables} tables, ${policies} policies`)}
    <form method="get" action="/" role="search">
      <label for="q">Find products, tables and columns</label>
      <input id="q" name="q" type="search" value="${words}" />
    </form>
    ${words === '' ? await domainsPart(rooms, caller, mesh.domains) : await foundPart(rooms, caller, words)}
  `
  return { title, body }
}

const firstSteps = 'meshwright new product DOMAIN/NAME --from FILE\nmeshwright publish DOMAIN'

async function domainsPart(rooms: Rooms, caller: Caller, domains: readonly { readonly id: string }[]): Promise<Html> {
  if (domains.length === 0) {
    return html`<h2>Nothing is published yet</h2>
      <p>Make the first product from a file, and publish it:</p>
      ${paste(firstSteps)}`
  }
  const parts: (Html | undefined)[] = []
  for (const { id } of domains) {
    const { title, team, description, products } = await handlers.domain(rooms, { id }, caller)
    const rows = products.map(p => [link(productPath(p.id), p.id), p.title, p.version, p.status])
    parts.push(
      html`<h2>${title} <span class="quiet">${team}</span></h2>`,
      paragraph('', description),
      table(['Product', 'Title', 'Version', 'Status'], rows) ??
        paragraph('quiet', 'No products that you may discover.'),
    )
  }
  return html`${parts}`
}

async function foundPart(rooms: Rooms, caller: Caller, words: string): Promise<Html | undefined> {
  const { results, total } = await handlers.find(rooms, { q: words.slice(0, 1000), limit: 50 }, caller)
  const rows = results.map(r => [
    r.kind === 'product' ? link(productPath(r.id), r.id) : r.id,
    r.kind,
    r.description ?? r.title,
  ])
  return section(`${total} found`, table(['Name', 'Kind', 'What it is'], rows) ?? html`<p>Try other words.</p>`)
}

const productPath = (id: string): string => `/p/${id.split('.').map(encodeURIComponent).join('/')}`
