import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Told {
  readonly line: string
  readonly exit: number
  /** Standard output and standard error, as a person sees them. */
  readonly said: string
}

/** The lines of the tour's shell blocks, in their order. */
export const tourLines: readonly string[] = [
  ...readFileSync(join(root, 'docs/tour.md'), 'utf8').matchAll(/^```sh\n(.*?)^```/gms),
].flatMap(([, block]) => block!.trimEnd().split('\n'))

/** Pastes every line into one shell of a person who is signed in, as the page says. */
export async function runTour(login: { readonly url: string; readonly token: string }): Promise<readonly Told[]> {
  const folder = mkdtempSync(join(tmpdir(), 'meshwright-tour-'))
  const config = join(folder, 'config')
  mkdirSync(config)
  writeFileSync(join(config, 'login.json'), JSON.stringify(login))
  // In a clone `npx meshwright` is the program itself; npm would only take its time.
  writeFileSync(join(folder, 'npx'), `#!/bin/sh\nshift\nexec '${process.execPath}' '${root}/dist/cli/main.js' "$@"\n`)
  chmodSync(join(folder, 'npx'), 0o755)
  const script = tourLines.map(line => `${line}\nprintf '\\n@@ %d\\n' $?`).join('\n')
  const shell = spawn('bash', ['-c', `exec 2>&1\n${script}\n`], {
    cwd: root,
    env: { PATH: `${folder}${delimiter}${process.env['PATH']}`, HOME: folder, MESHWRIGHT_CONFIG: config },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  for await (const chunk of shell.stdout.setEncoding('utf8')) said += chunk as string
  const parts = said.split(/\n@@ (\d+)\n/)
  return tourLines.map((line, i) => ({ line, said: parts[2 * i] ?? '', exit: Number(parts[2 * i + 1]) }))
}
