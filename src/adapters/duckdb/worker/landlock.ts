import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import koffi from 'koffi'

/**
 * Takes from this process, for good, every file but those named, and all of TCP. Linux only, needs no rights.
 *
 * The kernel confines one thread and those that it starts. A worker therefore has a thread pool of one
 * (`UV_THREADPOOL_SIZE=1`), and this is called before the engine is opened: the main thread and the pool's thread are
 * confined here, the engine's own threads are started by these two and inherit it. V8's helper threads stay outside;
 * they run no SQL and open no files.
 */
export interface Rights {
  /** Files, or folders with all that is in them. */
  readonly read: readonly string[]
  readonly write: readonly string[]
}

const sys = { createRuleset: 444, addRule: 445, restrictSelf: 446 }
const noNewPrivileges = 38
const flags = { path: 0o10000000 | 0o2000000 }

const right = {
  execute: 1n << 0n,
  writeFile: 1n << 1n,
  readFile: 1n << 2n,
  readFolder: 1n << 3n,
  removeFolder: 1n << 4n,
  removeFile: 1n << 5n,
  makeFolder: 1n << 7n,
  makeFile: 1n << 8n,
  refer: 1n << 13n,
  truncate: 1n << 14n,
}
const onFiles = right.execute | right.writeFile | right.readFile | right.truncate
const reading = right.readFile | right.readFolder
const writing =
  reading | right.writeFile | right.removeFile | right.removeFolder | right.makeFile | right.makeFolder | right.truncate

/** The engine looks for limits of memory and processors when it opens, and aborts if it may not. */
const alwaysRead = ['/proc/self/cgroup', '/sys/fs/cgroup']

/** The kernel's version of the interface; 0 where there is none. */
export function landlockVersion(): number {
  if (process.platform !== 'linux') return 0
  const version = libc().syscall(sys.createRuleset, null, 0, 1)
  return version > 0 ? version : 0
}

/** Returns the version that holds from now on; 0 if the kernel has none. Throws if confining fails half-way. */
export async function confine(rights: Rights): Promise<number> {
  const version = landlockVersion()
  if (version === 0) return 0
  const c = libc()
  const handled = handledRights(version)
  const ruleset = c.syscall(
    sys.createRuleset,
    attributes(version, handled),
    version >= 6 ? 24 : version >= 4 ? 16 : 8,
    0,
  )
  if (ruleset < 0) throw new Error(`The kernel refused a ruleset (errno ${koffi.errno()}).`)
  for (const path of rights.read) allow(ruleset, path, reading & handled)
  for (const path of alwaysRead) allow(ruleset, path, reading & handled)
  for (const path of rights.write) allow(ruleset, path, writing & handled)
  restrict('main', c.prctl(noNewPrivileges, 1, 0, 0, 0), c.syscall(sys.restrictSelf, handle(ruleset), 0, 0))
  const pool = <R>(fn: Asynchronous<R>, ...args: unknown[]) =>
    new Promise<R>((resolve, reject) =>
      fn.async(...args, (error: unknown, value: R) => (error ? reject(error) : resolve(value))),
    )
  restrict(
    'pool',
    await pool(c.prctl, noNewPrivileges, 1, 0, 0, 0),
    await pool(c.syscall, sys.restrictSelf, handle(ruleset), 0, 0),
  )
  closeSync(ruleset)
  if (!rights.read.includes('/')) await prove(pool)
  return version
}

function handledRights(version: number): bigint {
  let handled = (1n << 13n) - 1n
  if (version >= 2) handled |= right.refer
  if (version >= 3) handled |= right.truncate
  if (version >= 5) handled |= 1n << 15n
  return handled
}

/** `struct landlock_ruleset_attr`: file rights; bind and connect of TCP; abstract Unix sockets. */
function attributes(version: number, handled: bigint): Buffer {
  const bytes = Buffer.alloc(24)
  bytes.writeBigUInt64LE(handled, 0)
  if (version >= 4) bytes.writeBigUInt64LE(3n, 8)
  if (version >= 6) bytes.writeBigUInt64LE(1n, 16)
  return bytes
}

function allow(ruleset: number, path: string, rights: bigint): void {
  if (!existsSync(path)) return
  const beneath = Buffer.alloc(12)
  // Rights that only folders have are refused on a file.
  beneath.writeBigUInt64LE(statSync(path).isDirectory() ? rights : rights & onFiles, 0)
  const parent = openSync(path, flags.path)
  beneath.writeInt32LE(parent, 8)
  const refused = libc().addRule(sys.addRule, ruleset, 1, beneath, 0)
  // What lies in /proc is another file as soon as nobody holds it.
  if (!path.startsWith('/proc/')) closeSync(parent)
  if (refused !== 0) throw new Error(`The kernel refused a rule for ${path} (errno ${koffi.errno()}).`)
}

function restrict(thread: string, privileges: number, restricted: number): void {
  if (privileges !== 0 || restricted !== 0) throw new Error(`The ${thread} thread could not be confined.`)
}

/** Believes nothing: both threads must fail to open what every process may read. */
async function prove(pool: <R>(fn: Asynchronous<R>, ...args: unknown[]) => Promise<R>): Promise<void> {
  const c = libc()
  if (c.open('/proc/self/status', 0) >= 0 || (await pool(c.open, '/proc/self/status', 0)) >= 0)
    throw new Error('The kernel took the rules and does not keep them.')
}

interface Asynchronous<R> {
  (...args: never[]): R
  async(...args: unknown[]): void
}

interface Libc {
  readonly syscall: { (n: number, a: Buffer | bigint | null, b: number, c: number): number } & Asynchronous<number>
  readonly addRule: (n: number, ruleset: number, type: number, rule: Buffer, flags: number) => number
  readonly prctl: {
    (option: number, a: number, b: number, c: number, d: number): number
  } & Asynchronous<number>
  readonly open: { (path: string, flags: number): number } & Asynchronous<number>
}

const handle = (ruleset: number): bigint => BigInt(ruleset)

let loaded: Libc | undefined
function libc(): Libc {
  if (loaded) return loaded
  const self = koffi.load(null)
  loaded = {
    syscall: self.func('syscall', 'long', ['long', 'void *', 'size_t', 'uint32']) as unknown as Libc['syscall'],
    addRule: self.func('syscall', 'long', ['long', 'int', 'int', 'void *', 'uint32']) as unknown as Libc['addRule'],
    prctl: self.func('prctl', 'int', ['int', 'ulong', 'ulong', 'ulong', 'ulong']) as unknown as Libc['prctl'],
    open: self.func('open', 'int', ['str', 'int']) as unknown as Libc['open'],
  }
  return loaded
}
