import { execFile } from 'node:child_process'

const everyMs = 100

/** Where the system keeps no limit of the address space: looks at what a process occupies and tells when it is too much. */
export function watchMemory(pid: number, maxMb: number, outgrown: () => void): () => void {
  if (process.platform === 'win32') return () => undefined
  const timer = setInterval(() => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (problem, kilobytes) => {
      if (!problem && Number(kilobytes) / 1024 > maxMb) outgrown()
    })
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
