import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Removes what workers of servers that are no more left behind: a killed server cannot tidy up. */
export function removeRemains(scratch: string): void {
  for (const name of readdirSync(scratch)) {
    const pid = Number(/^worker-(\d+)-\d+$/.exec(name)?.[1])
    if (pid > 0 && pid !== process.pid && !isAlive(pid)) rmSync(join(scratch, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}
