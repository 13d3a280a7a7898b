import { handlers, type Caller, type Rooms } from '../../../operations/index.ts'
import { html, type Html } from './html.ts'

/** The whole mesh on a page: its domains with their products, and a search. */
export async function meshPage(rooms: Rooms, caller: Caller, words: string): Promise<{ title: string; body: Html }> {
  const mesh = await handlers.mesh(rooms, {}, caller)
  const title = mesh.title ?? mesh.id
  const body = html`
    <h1>${title}</h1>
    <p class="quiet">
      ${mesh.counts.domains} domains, ${mesh.counts.products} products, ${mesh.counts.tables} tables,
      ${mesh.counts.policies} policies
    </p>
    <form method="get" action="/" role="search">
      <label for="q">Find products, tables and columns</label>
      <input id="q" name="q" type="search" value="${words}" />
    </form>
    ${words === '' ? await domainsPart(rooms, caller, mesh.domains) : await resultsPart(rooms, caller, words)}
  `
  return { title, body }
}

async function domainsPart(rooms: Rooms, caller: Caller, domains: readonly { readonly id: string }[]): Promise<Html> {
  if (domains.length === 0) {
    return html`<h2>Nothing is published yet</h2>
      <p>Make the first product from a file, and publish it:</p>
      <pre>
meshwright new product DOMAIN/NAME --from FILE
meshwright publish DOMAIN</pre>`
  }
  const parts: Html[] = []
  for (const { id } of domains) {
    const domain = await handlers.domain(rooms, { id }, caller)
    parts.push(
      html`<h2>${domain.title} <span class="quiet">${domain.team}</span></h2>
        ${domain.description === undefined ? undefined : html`<p>${domain.description}</p>`}
        ${
          domain.products.length === 0
            ? html`<p class="quiet">No products that you may discover.</p>`
            : html`<div class="scroll">
                <table>
                  <thead>
                    <tr>
                      <th>Product</th>
                      <th>Title</th>
                      <th>Version</th>
                      <th>Status</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${domain.products.map(
                      p =>
                        html`<tr>
                          <td><a href="${productPath(p.id)}">${p.id}</a></td>
                          <td>${p.title}</td>
                          <td>${p.version}</td>
                          <td>${p.status}</td>
                        </tr>`,
                    )}
                  </tbody>
                </table>
              </div>`
        }`,
    )
  }
  return html`${parts}`
}

async function resultsPart(rooms: Rooms, caller: Caller, words: string): Promise<Html> {
  const { results, total } = await handlers.find(rooms, { q: words.slice(0, 1000), limit: 50 }, caller)
  return html`<h2>${total} found</h2>
    <div class="scroll">
      <table>
        <tbody>
          ${results.map(
            r =>
              html`<tr>
                <td>${r.kind}</td>
                <td>${r.kind === 'product' ? html`<a href="${productPath(r.id)}">${r.id}</a>` : r.id}</td>
                <td>${r.description ?? r.title}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

export const productPath = (id: string): string => `/p/${id.split('.').map(encodeURIComponent).join('/')}`
