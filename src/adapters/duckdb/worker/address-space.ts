import { readFileSync } from 'node:fs'
import koffi from 'koffi'

/** `RLIMIT_AS` of Linux on the machines that Node runs on. */
const limitOfAddressSpace = 9
const pageBytes = 4096

/**
 * Bounds what this process can map beyond what it maps now; it cannot be raised again. The engine's own memory limit
 * counts its buffers only: a list or a string of gigabytes passes it by. Says whether the system keeps it.
 */
export function limitAddressSpace(moreMb: number): boolean {
  if (process.platform !== 'linux') return false
  const mapped = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[0]) * pageBytes
  const bytes = BigInt(mapped) + BigInt(moreMb) * 1024n * 1024n
  const limit = Buffer.alloc(16)
  limit.writeBigUInt64LE(bytes, 0)
  limit.writeBigUInt64LE(bytes, 8)
  const setrlimit = koffi.load(null).func('setrlimit', 'int', ['int', 'void *'])
  if (setrlimit(limitOfAddressSpace, limit) !== 0) throw new Error('The limit of the address space was refused.')
  return true
}
