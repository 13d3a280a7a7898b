import { once } from 'node:events'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { callName } from './call-name.ts'
import type { Ask } from './new/ask.ts'

/** The world of a command: tests bring their own. */
export interface Effects {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** What printed commands begin with; `meshwright` unless said. */
  readonly self?: string
  readonly userHome: string
  readonly fetch: typeof fetch
  readonly now: () => Date
  readonly stdin: { readonly isTty: boolean; readonly text: () => Promise<string> }
  readonly stdout: Channel
  readonly stderr: Channel
  /** Who answers the questions of `new`; else the terminal. */
  readonly ask?: Ask
  /** Settles when the process is asked to end. */
  readonly ended: () => Promise<void>
}

export interface Channel {
  readonly isTty: boolean
  /** Columns of the terminal; undefined where it is none. */
  readonly width: number | undefined
  /** Resolves when the reader keeps up. */
  readonly write: (bytes: string | Uint8Array) => Promise<void>
}

export const realEffects = (): Effects => ({
  env: process.env,
  cwd: process.cwd(),
  self: callName({ env: process.env, cwd: process.cwd(), script: process.argv[1] ?? 'meshwright' }),
  userHome: homedir(),
  fetch,
  now: () => new Date(),
  stdin: { isTty: process.stdin.isTTY, text: textOfStdin },
  stdout: channelOf(process.stdout),
  stderr: channelOf(process.stderr),
  ended: () =>
    new Promise(resolve => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    }),
})

const channelOf = (stream: NodeJS.WriteStream): Channel => ({
  isTty: stream.isTTY,
  // A terminal that does not know its width says 0.
  width: stream.isTTY && stream.columns > 0 ? stream.columns : undefined,
  async write(bytes) {
    if (!stream.write(bytes)) await once(stream, 'drain')
  },
})

async function textOfStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}

/** Where the person's login is kept. */
export const configFolder = ({ env, userHome }: Pick<Effects, 'env' | 'userHome'>): string =>
  env['MESHWRIGHT_CONFIG'] ?? join(env['XDG_CONFIG_HOME'] ?? join(userHome, '.config'), 'meshwright')

/** The server's home: `--home`, else `MESHWRIGHT_HOME`, else `~/.meshwright`. */
export const homeOf = (given: string | undefined, { env, userHome }: Pick<Effects, 'env' | 'userHome'>): string =>
  given ?? env['MESHWRIGHT_HOME'] ?? join(userHome, '.meshwright')
