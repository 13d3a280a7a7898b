import type { ProductShape, TableShape } from '../../../api/index.ts'
import { handlers, type Caller, type Rooms } from '../../../operations/index.ts'
import { html, link, type Html } from './html.ts'

/** What a product is, promises, and costs nothing to read: tables, terms, releases, consumers. */
export async function productPage(rooms: Rooms, caller: Caller, id: string): Promise<{ title: string; body: Html }> {
  const product = await handlers.product(rooms, { id }, caller)
  const body = html`
    <h1>${product.title}</h1>
    <p class="quiet">
      <code>${product.id}</code> ${product.version} <span class="tag">${product.status}</span>
      <span class="tag">${product.kind}</span>
    </p>
    ${product.purpose === undefined ? undefined : html`<p class="lead">${product.purpose}</p>`}
    <dl>
      <dt>Owner</dt>
      <dd>${product.owner}</dd>
      ${
        product.usage === undefined
          ? undefined
          : html`<dt>Use it for</dt>
              <dd>${product.usage}</dd>`
      }
      ${
        product.limitations === undefined
          ? undefined
          : html`<dt>Limitations</dt>
              <dd class="warn">${product.limitations}</dd>`
      }
      ${product.terms.map(
        t =>
          html`<dt>${t.kind}</dt>
            <dd>${t.url === undefined ? t.text : link(t.url, t.text)}</dd>`,
      )}
      ${product.serviceLevels.map(
        s =>
          html`<dt>${s.property}</dt>
            <dd>${s.value} ${s.unit ?? ''}</dd>`,
      )}
      ${product.support.map(
        s =>
          html`<dt>Support</dt>
            <dd>${s.url === undefined ? s.channel : link(s.url, s.channel)}</dd>`,
      )}
      ${
        product.lastRun === undefined
          ? undefined
          : html`<dt>Last run</dt>
              <dd>${product.lastRun.state}, ${product.lastRun.at}</dd>`
      }
    </dl>
    ${product.tables.map(tablePart)}
    ${listPart(
      'Made of',
      product.inputs.map(i => `${i.name} from ${i.from}`),
    )}
    ${listPart(
      'Consumers',
      product.consumers.map(c => `${c.who}: ${c.table}, ${c.why}`),
    )}
    ${releasesPart(product.releases)}
    ${
      product.readme === undefined
        ? undefined
        : html`<h2>README</h2>
            <pre>${product.readme}</pre>`
    }
  `
  return { title: product.title, body }
}

const tablePart = (table: TableShape): Html => html`
  <h2>Table <code>${table.id}</code></h2>
  ${table.description === undefined ? undefined : html`<p>${table.description}</p>`}
  <p class="quiet">
    ${table.rows === undefined ? 'No data yet.' : `${table.rows} rows, data of ${table.snapshots.at(-1)?.at ?? ''}.`}
    ${table.access.why}
  </p>
  ${table.access.next === undefined ? undefined : html`<pre>${table.access.next}</pre>`}
  <div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Column</th>
          <th>Type</th>
          <th>Class</th>
          <th>You see</th>
          <th>Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${table.columns.map(
          c =>
            html`<tr>
              <td><code>${c.name}</code>${c.key ? html` <span class="tag">key</span>` : undefined}</td>
              <td><code>${c.type}</code></td>
              <td>${c.class}</td>
              <td>${seenAs(c)}</td>
              <td>${c.description ?? ''}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>
  <pre>${table.query}</pre>
  ${listPart(
    'Checked',
    table.checks.map(c => c.description),
  )}
`

const seenAs = ({ readable, mask }: TableShape['columns'][number]): string =>
  readable === false ? 'not at all' : (mask ?? (readable === undefined ? '' : 'as it is'))

const listPart = (title: string, items: readonly string[]): Html | undefined =>
  items.length === 0
    ? undefined
    : html`<h3>${title}</h3>
        <ul>
          ${items.map(item => html`<li>${item}</li>`)}
        </ul>`

const releasesPart = (releases: ProductShape['releases']): Html =>
  html`<h2>Releases</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Version</th>
            <th>Change</th>
            <th>When</th>
            <th>By</th>
          </tr>
        </thead>
        <tbody>
          ${[...releases].reverse().map(
            r =>
              html`<tr>
                <td>${r.version}</td>
                <td>${r.change}</td>
                <td>${r.at}</td>
                <td>${r.by}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
