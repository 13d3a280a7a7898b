import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A Python with pinned packages from the registry, in a virtual environment that git ignores. */
export interface Python {
  /** Where the packages are: some carry files for others to load. */
  readonly sitePackages: string
  /** Runs a script of `test/peers/` or a program text with arguments; gives its standard output. */
  run(program: string, args?: readonly string[]): Promise<string>
}

/**
 * Sets the environment up if it is not there yet, or undefined with a word to the console where there is no Python or no registry.
 * In CI that is an error: what is not tested there is not tested.
 */
export async function openPython(name: string, packages: readonly string[]): Promise<Python | undefined> {
  const folder = resolve(import.meta.dirname, '../../../.cache', `python-${name}`)
  const python = join(folder, 'bin', 'python')
  try {
    await install(folder, python, packages)
  } catch (cause) {
    if (process.env['CI'] === 'true') throw cause
    console.warn(`Skipped: the Python packages ${packages.join(' ')} cannot be set up here.`, cause)
    return undefined
  }
  return {
    sitePackages: (await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'])).stdout.trim(),
    async run(program, args = []) {
      const { stdout } = await run(python, ['-c', program, ...args], { maxBuffer: 100_000_000 })
      return stdout
    },
  }
}

async function install(folder: string, python: string, packages: readonly string[]): Promise<void> {
  const stamp = join(folder, 'packages.txt')
  const wanted = packages.join('\n')
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return
  await mkdir(folder, { recursive: true })
  if (!existsSync(python)) await run('python3', ['-m', 'venv', folder])
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    timeout: 600_000,
  })
  await writeFile(stamp, wanted)
}
