import { readdirSync, readFileSync } from 'node:fs'

/**
 * Processor time that a process and all beneath it have used, in milliseconds, where the system tells (Linux). Other work
 * on the machine lengthens every time on the clock and hardly this one.
 */
export function processorMs(pid: number): number {
  const stats = new Map<number, { readonly parent: number; readonly ticks: number }>()
  for (const name of readdirSync('/proc')) {
    const id = Number(name)
    if (!Number.isInteger(id)) continue
    const stat = statOf(id)
    if (stat !== undefined) stats.set(id, stat)
  }
  const within = (id: number): boolean => id === pid || (stats.has(id) && within(stats.get(id)!.parent))
  const ticks = [...stats].filter(([id]) => within(id)).reduce((sum, [, stat]) => sum + stat.ticks, 0)
  return ticks * msPerTick
}

const msPerTick = 10

/** Fields of proc(5) after the name, which may hold anything: the parent, and the times of it and its ended children. */
function statOf(id: number) {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0)
    return { parent: Number(fields[1]), ticks }
  } catch {
    return undefined // it ended meanwhile
  }
}
