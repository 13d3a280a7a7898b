import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Effects } from '../../src/cli/index.ts'

export interface FakeWorld {
  readonly effects: Effects
  readonly stdout: () => string
  readonly stderr: () => string
}

/** A command's world without a terminal: what it says is kept, and requests go to `answer`. */
export function fakeEffects(
  options: {
    readonly env?: Readonly<Record<string, string>>
    readonly cwd?: string
    readonly stdin?: string
    readonly width?: number
    readonly answer?: (url: string, init: RequestInit) => Response | Promise<Response>
  } = {},
): FakeWorld {
  const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  const folder = mkdtempSync(join(tmpdir(), 'meshwright-cli-'))
  const channel = (to: Buffer[], width?: number) => ({
    isTty: width !== undefined,
    width,
    write: (bytes: string | Uint8Array) => {
      to.push(Buffer.from(bytes))
      return Promise.resolve()
    },
  })
  return {
    effects: {
      env: { MESHWRIGHT_CONFIG: folder, ...options.env },
      cwd: options.cwd ?? folder,
      userHome: folder,
      now: () => new Date('2026-11-30T12:00:00Z'),
      fetch: (url, init) => {
        if (options.answer === undefined) return Promise.reject(new TypeError('fetch failed'))
        const asked = url instanceof Request ? url.url : String(url)
        return Promise.resolve(options.answer(asked, init ?? {}))
      },
      stdin: { isTty: false, text: () => Promise.resolve(options.stdin ?? '') },
      stdout: channel(said.stdout, options.width),
      stderr: channel(said.stderr),
      ended: () => Promise.resolve(),
    },
    stdout: () => Buffer.concat(said.stdout).toString('utf8'),
    stderr: () => Buffer.concat(said.stderr).toString('utf8'),
  }
}

export const problem = (status: number, code: string, more: object = {}): Response =>
  new Response(
    JSON.stringify({ type: '', title: code, status, code, detail: 'No.', fix: 'Ask for access.', ...more }),
    {
      status,
      headers: { 'Content-Type': 'application/problem+json' },
    },
  )
