import { problemOf } from '../../../api/index.ts'
import type { MeshError } from '../../../base/index.ts'
import { html, type Html } from './html.ts'
import { code, paragraph, paste } from './parts.ts'

export function refusalPage(error: MeshError): { readonly body: Html; readonly status: number } {
  const { title, detail, fix, code: name, rule, team, next, status } = problemOf(error)
  const decided = rule === undefined ? '' : `, rule ${rule}${team === undefined ? '' : ` of ${team}`}`
  const body = html`
    <h1>${title}</h1>
    ${paragraph('lead', detail)} ${paragraph('', fix)} ${paste(next?.command)}
    <p class="quiet">${code(name)}${decided}</p>
  `
  return { body, status }
}
