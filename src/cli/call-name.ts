import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { shellWord } from './shell-quoted.ts'

interface World {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The file that runs: `process.argv[1]`. */
  readonly script: string
}

/**
 * The words that call this program where it was called: printed commands begin with them, so that they can be pasted.
 * `npx` comes before the file only where npm finds it without asking a registry.
 */
export function callName({ env, cwd, script }: World): string {
  if (onPath(env['PATH'] ?? '')) return 'meshwright'
  if (env['npm_command'] === 'exec' || isNearNpm(cwd)) return 'npx meshwright'
  return `node ${shellWord(script)}`
}

/** npm and npx put folders of their own on the path of what they start. */
function onPath(path: string): boolean {
  const folders = path.split(delimiter).filter(folder => folder !== '' && !/node_modules[\\/]\.bin$/.test(folder))
  return folders.some(folder => ['meshwright', 'meshwright.cmd'].some(name => existsSync(join(folder, name))))
}

/** In a checkout of this program, or in a folder whose packages hold it. */
function isNearNpm(folder: string): boolean {
  if (existsSync(join(folder, 'node_modules/.bin/meshwright'))) return true
  const manifest = join(folder, 'package.json')
  if (existsSync(manifest)) return /"name":\s*"meshwright"/.test(textOf(manifest))
  return dirname(folder) !== folder && isNearNpm(dirname(folder))
}

/** Nothing where it cannot be read: then it is not ours. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Text for a person in which every command of ours begins with the words that call it here. */
export const calledBy = (self: string, text: string): string =>
  self === 'meshwright' ? text : text.replaceAll(/(?<![\w./@-])(?<!npx )meshwright(?= [a-z])/g, () => self)
