import { defaultInfrastructure, reservedDomainIds, type Domain } from '../mesh/index.ts'
import { checkSchema } from './check-schema.ts'
import { domainSchema } from './domain-schema.ts'
import { mapsOf, present } from './plain.ts'
import type { Reporter } from './reporter.ts'

/** `domain.yaml`; undefined where it has errors. */
export function parseDomain(report: Reporter): Domain | undefined {
  const text = checkSchema(domainSchema, 'Domain', report)
  if (text === undefined || !isFreeDomainId(text.id, ['id'], report)) return undefined
  if (text.parent === text.id) {
    report.error('domain.parent', ['parent'], 'A domain cannot be its own parent.', 'Name another domain, or none.')
    return undefined
  }
  return {
    id: text.id,
    title: text.title ?? titleOf(text.id),
    ...present({ description: text.description, parent: text.parent }),
    tags: text.tags ?? [],
    team: text.team ?? text.id,
    members: text.members ?? [],
    ...(text.contact === undefined ? {} : { contact: present(text.contact) }),
    notify: text.notify ?? {},
    infrastructure: {
      engine: text.infrastructure?.engine ?? defaultInfrastructure.engine,
      storage: text.infrastructure?.storage ?? defaultInfrastructure.storage,
      limits: { ...defaultInfrastructure.limits, ...present(text.infrastructure?.limits ?? {}) },
    },
    aliases: text.aliases ?? {},
  }
}

/** What was derived of a domain because its document does not say it. */
export function domainAssumptions(report: Reporter, { title, team }: Domain): readonly string[] {
  const written = mapsOf(report.document.value)
  return [
    ...(written.team === undefined ? [`team ${team}: domain.yaml names none`] : []),
    ...(written.title === undefined ? [`title ${title}: made from the id`] : []),
  ]
}

export function isFreeDomainId(id: string, path: readonly string[], report: Reporter): boolean {
  if (!reservedDomainIds.has(id.toLowerCase())) return true
  const message = `No domain can be called ${id}: the name means something to the engine or to Meshwright.`
  report.error('domain.reserved', path, message, `Call it ${id}-domain, for example.`)
  return false
}

/** `flight-ops` → `Flight ops`. */
export function titleOf(id: string): string {
  const words = id.replace(/[-_]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
