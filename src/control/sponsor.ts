import type { MeshSettings } from '../mesh/index.ts'

/** The person who answers for a service or an agent; undefined for anybody else. */
export function sponsorOf(settings: MeshSettings, id: string): string | undefined {
  if (Object.hasOwn(settings.services, id)) return settings.services[id]!.sponsor
  return Object.hasOwn(settings.agents, id) ? settings.agents[id]!.sponsor : undefined
}
