import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'

const worker = fileURLToPath(new URL('../../../dist/adapters/duckdb/worker/', import.meta.url))

/** Confines a process as a worker is, then tries everything from both of its threads that run the engine. */
const attempts = `
import { landlockVersion, confine } from ${JSON.stringify(`${worker}landlock.js`)}
import { readFileSync, writeFileSync, readdirSync, renameSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { connect, createServer } from 'node:net'
const [read, write, other, port] = process.argv.slice(1)
if (landlockVersion() === 0) { console.log('none'); process.exit(0) }
const version = await confine({ read: [read], write: [write] })
const tried = async what => { try { await what(); return 'done' } catch (e) { return e.code } }
const socket = act => new Promise((resolve, reject) => act(resolve, reject))
console.log(JSON.stringify({
  version,
  readOwn: await tried(() => readFileSync(read)),
  readOwnInPool: await tried(() => readFile(read)),
  writeOwn: await tried(() => writeFile(write + '/x', 'x')),
  overwriteRead: await tried(() => writeFileSync(read, 'x')),
  readOther: await tried(() => readFileSync(other)),
  readOtherInPool: await tried(() => readFile(other)),
  listRoot: await tried(() => readdirSync('/')),
  environment: await tried(() => readFileSync('/proc/self/environ')),
  writeOther: await tried(() => writeFile(other + '.new', 'x')),
  moveOut: await tried(() => renameSync(write + '/x', other + '.moved')),
  exec: spawnSync('/bin/true').error?.code ?? 'done',
  connect: await tried(() => socket((ok, no) => connect(Number(port), '127.0.0.1', ok).on('error', no))),
  listen: await tried(() => socket((ok, no) => createServer().on('error', no).listen(0, ok))),
}))
process.exit(0)
`

describe('Landlock', () => {
  it('leaves a worker its inputs and its own folder, and no network', async ({ skip }) => {
    const root = realpathSync(temporaryFolder())
    const [read, other, write] = [join(root, 'in.txt'), join(root, 'other.txt'), join(root, 'own')]
    writeFileSync(read, 'in')
    writeFileSync(other, 'other')
    mkdirSync(write)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const node = promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', attempts, read, write, other, String(port)],
      { env: { UV_THREADPOOL_SIZE: '1' } },
    )
    const { stdout } = await node.finally(() => server.close())
    if (stdout.trim() === 'none') return skip('This kernel has no Landlock.')
    const { version, ...outcomes } = JSON.parse(stdout) as Record<string, unknown>
    expect(outcomes).toEqual({
      readOwn: 'done',
      readOwnInPool: 'done',
      writeOwn: 'done',
      overwriteRead: 'EACCES',
      readOther: 'EACCES',
      readOtherInPool: 'EACCES',
      listRoot: 'EACCES',
      environment: 'EACCES',
      writeOther: 'EACCES',
      moveOut: Number(version) >= 2 ? 'EACCES' : 'EXDEV',
      exec: 'EACCES',
      connect: Number(version) >= 4 ? 'EACCES' : 'done',
      listen: Number(version) >= 4 ? 'EACCES' : 'done',
    })
  })
})
