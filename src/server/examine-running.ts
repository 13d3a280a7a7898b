import { messageOf, type Clock } from '../base/index.ts'
import type { Ledger } from '../control/index.ts'
import type { LakeFiles } from '../lake/index.ts'
import type { MeshState } from '../mesh/index.ts'
import type { Finding } from '../operations/index.ts'
import type { Engine, Gateway, LakePaths } from '../query/index.ts'
import { examineHome } from './examine-home.ts'
import type { Home } from './home.ts'
import { lakeFinding } from './lake-finding.ts'

interface Running {
  readonly home: Home
  readonly env: Readonly<Record<string, string | undefined>>
  readonly ledger: Ledger
  readonly gateway: Gateway
  readonly engine: Engine
  readonly clock: Clock
  readonly state: () => MeshState
  readonly lakeFiles: LakeFiles
  readonly lakePaths: LakePaths
}

/** Whether a serving installation is well: its home, and what only the running process can say. */
export async function examineRunning({
  home,
  env,
  ledger,
  gateway,
  engine,
  clock,
  state,
  lakeFiles,
  lakePaths,
}: Running): Promise<readonly Finding[]> {
  return [
    ...(await examineHome(home.path, env)),
    await ledgerFinding(ledger),
    await lakeFinding(state(), lakeFiles, lakePaths),
    await engineFinding(gateway, clock),
    confinementFinding(engine),
  ]
}

async function ledgerFinding(ledger: Ledger): Promise<Finding> {
  const problems = await ledger.verify()
  return problems.length === 0
    ? { name: 'ledger', ok: true, detail: 'its chain verifies' }
    : {
        name: 'ledger',
        ok: false,
        detail: problems.map(problem => problem.message).join(' '),
        fix: 'Restore it from a backup, and find out who changed it: meshwright audit verify',
      }
}

async function engineFinding(gateway: Gateway, clock: Clock): Promise<Finding> {
  const started = clock().getTime()
  try {
    await gateway.parse('select 1')
    return { name: 'engine', ok: true, detail: `answers within ${clock().getTime() - started} ms` }
  } catch (thrown) {
    return {
      name: 'engine',
      ok: false,
      detail: messageOf(thrown),
      fix: 'See the log of the server, and start it again.',
    }
  }
}

const wanted = ['process', 'address-space', 'landlock'] as const

function confinementFinding({ capabilities }: Engine): Finding {
  const missing = wanted.filter(wall => !capabilities.confinement.includes(wall))
  return {
    name: 'confinement',
    ok: capabilities.confinement.includes('process'),
    detail: `statements of users run behind ${capabilities.confinement.join(', ')}${missing.length === 0 ? '' : `; this machine does not offer ${missing.join(', ')}`}`,
  }
}
