import { typeText, type ColumnGuess } from '../../scaffold/index.ts'
import { optional } from '../number-of.ts'
import { shellQuoted } from '../shell-quoted.ts'
import type { Place } from './find-place.ts'
import type { MeshView } from './mesh-view.ts'
import { shown } from './write-new.ts'

export const publishLine = (place: Place, cwd: string): string => {
  const folder = shown(place.folder, cwd)
  return folder === '.'
    ? 'meshwright publish'
    : `meshwright publish ${/^[\w./-]+$/.test(folder) ? folder : shellQuoted(folder)}`
}

export const ownerLines = ({ person }: MeshView, domain: string): readonly string[] => [
  person === undefined
    ? `Whoever publishes ${domain} first becomes its product owner.`
    : `${person} becomes product owner of ${domain}.`,
]

export function rightsNotes(domain: string, { server }: MeshView, isNew: boolean): readonly string[] {
  if (isNew || server === undefined || !server.domains.includes(domain)) return []
  const roles = server.roles[domain] ?? []
  return roles.some(role => role === 'product-owner' || role === 'data-engineer')
    ? []
    : [`You are neither product owner nor data engineer of ${domain}: one of them has to publish it.`]
}

export const columnDocument = (column: ColumnGuess) => ({
  name: column.name,
  source: column.source,
  type: typeText(column.type),
  class: column.class,
  key: column.key,
  required: column.required,
  ...optional('identifier', column.identifier),
  ...optional('because', column.because),
})

export const columnRow = (column: ColumnGuess): readonly string[] => {
  const reasons = [
    column.because,
    column.key ? 'never repeats: the key' : undefined,
    column.identifier === undefined ? undefined : `holds the identifier ${column.identifier}`,
    column.unsure === true && column.because === undefined ? 'tells of no person here, as far as seen' : undefined,
  ].filter(reason => reason !== undefined)
  const type = typeText(column.type)
  return [column.name, type.length > 40 ? `${type.slice(0, 39)}…` : type, column.class, reasons.join('; ')]
}
