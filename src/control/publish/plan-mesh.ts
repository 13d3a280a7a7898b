import type { MeshSettings } from '../../mesh/index.ts'
import type { PlanItem } from '../command.ts'
import { mayDo } from '../rights.ts'
import type { Drafting } from './drafting.ts'
import { actionOf, planItem } from './plan-item.ts'

export function planMesh(draft: Drafting, mesh: MeshSettings): PlanItem {
  const action = actionOf(draft.base.settings, mesh)
  if (action === 'unchanged') return planItem('mesh', mesh.id, action)
  const refusal = mayDo(draft.base, draft.actor, 'publish-mesh', '')
  if (refusal !== undefined) {
    draft.refuse(refusal)
    return planItem('mesh', mesh.id, action)
  }
  for (const purpose of lostPurposes(draft, mesh))
    draft.warn(`The purpose ${purpose} goes, and with it what was granted for it.`)
  draft.record({ kind: 'mesh.published', mesh, bundle: draft.publication.bundle })
  return planItem('mesh', mesh.id, action)
}

function lostPurposes({ base, effects }: Drafting, mesh: MeshSettings): readonly string[] {
  const now = effects.now.toISOString()
  const used = [...base.grants.values()].filter(g => g.revoked === undefined && g.until > now).map(g => g.purpose)
  return [...new Set(used)].filter(
    purpose => Object.hasOwn(base.settings.purposes, purpose) && !Object.hasOwn(mesh.purposes, purpose),
  )
}
