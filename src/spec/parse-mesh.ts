import { builtInPurposes, defaultSettings, type DataClass, type MeshSettings } from '../mesh/index.ts'
import { checkSchema } from './check-schema.ts'
import { meshSchema, type MeshText } from './mesh-schema.ts'
import { present } from './plain.ts'
import type { Reporter } from './reporter.ts'
import { suggestion } from './shape-findings.ts'
import { checkPattern } from './value-options.ts'

/** `mesh.yaml`, with the defaults of everything that it leaves out; undefined where it has errors. */
export function parseMesh(report: Reporter): MeshSettings | undefined {
  const text = checkSchema(meshSchema, 'Mesh', report)
  if (text === undefined) return undefined
  const before = report.issues.length
  const classes: readonly DataClass[] =
    text.classes?.map(c => present({ ...c, mask: c.mask && present(c.mask) })) ?? defaultSettings.classes
  checkClasses(text, classes, report)
  checkPurposes(text, report)
  for (const [id, { pattern }] of Object.entries(text.identifiers ?? {})) {
    if (pattern !== undefined) checkPattern(pattern, ['identifiers', id, 'pattern'], report)
  }
  if (report.issues.slice(before).some(issue => issue.severity === 'error')) return undefined
  const { default: byDefault, deputyAfter, ...byClass } = text.approve ?? {}
  return {
    id: text.id,
    ...present({ title: text.title }),
    purposes: mapped(text.purposes, purpose => present(purpose)),
    classes,
    defaultClass: text.defaultClass ?? defaultSettings.defaultClass,
    identifiers: mapped(text.identifiers, identifier => present(identifier)),
    teams: text.teams ?? {},
    attributes: text.attributes ?? {},
    people: mapped(text.people, person => present(person)),
    services: text.services ?? {},
    agents: text.agents ?? {},
    approve: { default: byDefault ?? defaultSettings.approve.default, byClass, ...present({ deputyAfter }) },
    governance: { ...defaultSettings.governance, ...present(text.governance ?? {}) },
    notify: text.notify ?? defaultSettings.notify,
    prices: { ...defaultSettings.prices, ...present(text.prices ?? {}) },
  }
}

function checkClasses(text: MeshText, classes: readonly DataClass[], report: Reporter): void {
  const ids = classes.map(c => c.id)
  ids.forEach((id, i) => {
    if (ids.indexOf(id) === i) return
    report.error('mesh.class-repeated', ['classes', i, 'id'], `The class ${id} stands here twice.`, 'Keep one of them.')
  })
  const wanted = text.defaultClass ?? defaultSettings.defaultClass
  if (!ids.includes(wanted)) {
    const path = text.defaultClass === undefined ? ['classes'] : ['defaultClass']
    const message = `The default class ${wanted} is none of the mesh's classes.`
    const fix = text.defaultClass === undefined ? `Add it: defaultClass: ${ids[0]}` : suggestion(wanted, ids)
    report.error('mesh.default-class', path, message, fix)
  }
  for (const key of Object.keys(text.approve ?? {})) {
    if (key === 'default' || key === 'deputyAfter' || ids.includes(key)) continue
    const message = `approve has the key ${key}, which is no class of the mesh.`
    report.add({
      code: 'mesh.approve-class',
      path: ['approve', key],
      where: 'key',
      message,
      fix: suggestion(key, [...ids, 'default', 'deputyAfter']),
    })
  }
}

function checkPurposes(text: MeshText, report: Reporter): void {
  for (const id of Object.keys(text.purposes ?? {})) {
    if (!Object.hasOwn(builtInPurposes, id)) continue
    const message = `The purpose ${id} exists in every mesh already.`
    report.add({
      code: 'mesh.purpose-reserved',
      path: ['purposes', id],
      where: 'key',
      message,
      fix: 'Give it another name.',
    })
  }
}

function mapped<T, R>(record: Readonly<Record<string, T>> | undefined, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, change(value)]))
}
