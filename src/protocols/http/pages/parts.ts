import { html, type Html, type Part } from './html.ts'

/** A table with a head; nothing where there are no rows. */
export function table(heads: readonly string[], rows: readonly (readonly Part[])[]): Html | undefined {
  if (rows.length === 0) return undefined
  const cells = (row: readonly Part[]) => row.map(cell => html`<td>${cell}</td>`)
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${heads.map(head => html`<th>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          row =>
            html`<tr>
              ${cells(row)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** Names and values; a value that is absent is left out with its name. */
export function facts(pairs: readonly (readonly [string, Part])[]): Html {
  const known = pairs.filter(([, value]) => value !== undefined)
  return html`<dl>
    ${known.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`
}

/** Under a heading of its own; nothing where there is nothing. */
export const section = (title: string, content: Html | undefined): Html | undefined =>
  content === undefined
    ? undefined
    : html`<h2>${title}</h2>
        ${content}`

export const list = (items: readonly Part[]): Html | undefined =>
  items.length === 0
    ? undefined
    : html`<ul>
        ${items.map(item => html`<li>${item}</li>`)}
      </ul>`

export const paragraph = (kind: string, text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="${kind}">${text}</p>`

export const tag = (text: string): Html => html`<span class="tag">${text}</span>`
export const code = (text: string): Html => html`<code>${text}</code>`
export const paste = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<pre>${text}</pre>`
