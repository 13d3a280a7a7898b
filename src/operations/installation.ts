import { MeshError } from '../base/index.ts'
import { holds, type Principal } from '../mesh/index.ts'
import type { Handlers } from './handler.ts'

export const installationHandlers: Pick<Handlers, 'demo' | 'doctor' | 'backup'> = {
  demo({ demo }) {
    const { state, done, of, step, products, people, problem, elapsedMs } = demo()
    return {
      state,
      done,
      of,
      products: [...products],
      people: people.map(p => ({ ...p })),
      ...(step === undefined ? {} : { step }),
      ...(problem === undefined ? {} : { problem }),
      ...(elapsedMs === undefined ? {} : { elapsedMs }),
    }
  },

  async doctor({ doctor }) {
    const checks = await doctor()
    return { well: checks.every(check => check.ok), checks: checks.map(check => ({ ...check })) }
  },

  async backup({ backup, control }, { to }, { principal }) {
    requirePlatformEngineer(principal)
    return { to, seq: control.state().seq, ...(await backup(to)) }
  },
}

function requirePlatformEngineer(principal: Principal): void {
  if (holds(principal, 'platform-engineer', '')) return
  throw new MeshError('role.required', 'Only a platform engineer makes backups.')
}
