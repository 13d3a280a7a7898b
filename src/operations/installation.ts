import { MeshError } from '../base/index.ts'
import { holds, type Principal } from '../mesh/index.ts'
import type { Handlers } from './handler.ts'
import type { Finding } from './rooms.ts'

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

  async doctor({ doctor }, _, { principal }) {
    const checks = await doctor()
    const shown = isPlatformEngineer(principal) ? checks : checks.map(withoutDetails)
    return { well: checks.every(check => check.ok), checks: shown.map(check => ({ ...check })) }
  },

  async backup({ backup, control }, { to }, { principal }) {
    requirePlatformEngineer(principal)
    return { to, seq: control.state().seq, ...(await backup(to)) }
  },
}

const isPlatformEngineer = (principal: Principal): boolean => holds(principal, 'platform-engineer', '')

/** Paths and sizes of the server are for those who look after it; whether it is well is for everybody. */
const withoutDetails = ({ name, ok }: Finding): Finding =>
  ok
    ? { name, ok, detail: 'well' }
    : { name, ok, detail: 'not well', fix: 'Tell your platform engineer, whom the details are shown to.' }

function requirePlatformEngineer(principal: Principal): void {
  if (isPlatformEngineer(principal)) return
  throw new MeshError('role.required', 'Only a platform engineer makes backups.')
}
