import { handlers, type Caller, type Rooms } from '../../../operations/index.ts'
import { html, type Html } from './html.ts'

/** Where an answer came from, for a reader who was handed its address. */
export async function receiptPage(rooms: Rooms, caller: Caller, id: string): Promise<{ title: string; body: Html }> {
  const receipt = await handlers.receipt(rooms, { id }, caller)
  const body = html`
    <h1>Receipt</h1>
    <p class="quiet"><code>${receipt.id}</code></p>
    <pre>${receipt.sql}</pre>
    <dl>
      <dt>Asked by</dt>
      <dd>${receipt.who}${receipt.onBehalfOf === undefined ? '' : ` on behalf of ${receipt.onBehalfOf}`}</dd>
      <dt>Purpose</dt>
      <dd>${receipt.purpose ?? 'none needed'}</dd>
      <dt>When</dt>
      <dd>${receipt.at}</dd>
      <dt>Rows</dt>
      <dd>${receipt.rows ?? 'not finished'}${receipt.truncated === true ? ', truncated by a rule' : ''}</dd>
      ${
        receipt.cost === undefined
          ? undefined
          : html`<dt>Cost</dt>
              <dd>${receipt.cost.amount} for ${receipt.cost.answerBytes} bytes</dd>`
      }
    </dl>
    ${rowsPart(
      'Data',
      ['Table', 'Release', 'Snapshot'],
      receipt.tables.map(t => [t.table, t.release, t.snapshot]),
    )}
    ${rowsPart(
      'Rules',
      ['Rule', 'Team', 'Effect', 'Table'],
      receipt.rules.map(r => [r.rule, r.team, r.effect, r.table]),
    )}
    ${rowsPart(
      'Columns',
      ['Column', 'Type', 'Shown'],
      receipt.columns.map(c => [c.name, c.type, c.mask ?? 'as it is']),
    )}
    ${[...receipt.limitations, ...receipt.incidents].map(text => html`<p class="warn">${text}</p>`)}
  `
  return { title: 'Receipt', body }
}

const rowsPart = (title: string, heads: readonly string[], rows: readonly (readonly string[])[]): Html | undefined =>
  rows.length === 0
    ? undefined
    : html`<h2>${title}</h2>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                ${heads.map(h => html`<th>${h}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${rows.map(
                row =>
                  html`<tr>
                    ${row.map(cell => html`<td>${cell}</td>`)}
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`
