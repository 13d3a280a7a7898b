import { problemOf } from '../../../api/index.ts'
import type { MeshError } from '../../../base/index.ts'
import { html, type Html } from './html.ts'

export function refusalPage(error: MeshError): { readonly body: Html; readonly status: number } {
  const { title, detail, fix, code, rule, team, next, status } = problemOf(error)
  const body = html`
    <h1>${title}</h1>
    <p class="lead">${detail}</p>
    <p>${fix}</p>
    ${next === undefined ? undefined : html`<pre>${next.command}</pre>`}
    <p class="quiet">
      <code>${code}</code>${rule === undefined ? '' : `, rule ${rule}`}${team === undefined ? '' : ` of ${team}`}
    </p>
  `
  return { body, status }
}
