import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { processorMs } from './processor-time.ts'

/** The product as people run it: its own process, started by its command, asked over HTTP. */
export interface Product {
  readonly url: string
  readonly token: string
  readonly home: string
  /** From the start of the process until it said where it serves. */
  readonly readyMs: number
  /** A line of its error output that matches; what was said before counts too. */
  said(pattern: RegExp): Promise<string>
  cli(...argv: string[]): Promise<string>
  /** Processor time of the server and its engine processes until now, in milliseconds; NaN where the system tells none. */
  processorMs(): number
  stop(): Promise<void>
}

export const root = process.cwd()
/** On the disk of the checkout: what lies in memory would not be made durable. */
export const scratch = (name: string): string => {
  const folder = join(root, '.cache/bench')
  mkdirSync(folder, { recursive: true })
  return mkdtempSync(join(folder, `${name}-`))
}
const command = join(root, 'dist/cli/main.js')

export async function startProduct(
  env: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
): Promise<Product> {
  const folder = scratch('home')
  const home = join(folder, 'home')
  const settings = { ...process.env, XDG_CONFIG_HOME: folder, HOME: folder, MESHWRIGHT_LOG_LEVEL: 'warn', ...env }
  const started = performance.now()
  const server = spawn(process.execPath, [command, 'up', '--home', home, '--port', '0', '--json', ...options], {
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<void>(resolve => server.once('exit', () => resolve()))
  const lines: string[] = []
  const listeners = new Set<() => void>()
  createInterface(server.stderr).on('line', line => {
    lines.push(line)
    for (const listener of listeners) listener()
  })
  const document = await new Promise<string>((resolve, reject) => {
    let text = ''
    server.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more
      if (isWhole(text)) resolve(text)
    })
    void exited.then(() => reject(new Error(`The server ended: ${lines.join('\n')}`)))
  })
  const readyMs = performance.now() - started
  const { url, token } = JSON.parse(document) as { url: string; token: string }
  return {
    url,
    token,
    home,
    readyMs,
    said: pattern =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(line => pattern.test(line))
          if (found === undefined) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
        void exited.then(() => reject(new Error(`The server ended: ${lines.join('\n')}`)))
      }),
    processorMs: () => (process.platform === 'linux' ? processorMs(server.pid ?? 0) : Number.NaN),
    cli: (...argv) => run(argv, { ...settings, MESHWRIGHT_URL: url, MESHWRIGHT_TOKEN: token }),
    async stop() {
      server.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function run(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (more: Buffer) => (out += more.toString()))
    child.stderr.on('data', (more: Buffer) => (err += more.toString()))
    child.once('exit', code => {
      if (code === 0) resolve(out)
      else reject(new Error(`meshwright ${argv.join(' ')} ended with ${code}: ${err}${out}`))
    })
  })
}
