import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Of this process alone, within reach of `node_modules`. */
const out = join(root, '.cache', `compiled-${process.pid}`)
afterAll(() => rmSync(out, { recursive: true, force: true }))

/** A source file, and what it imports, as JavaScript for a child process: its address. */
export function compiled(source: string): string {
  const options = ['--target', 'es2023', '--module', 'nodenext', '--rewriteRelativeImportExtensions', '--skipLibCheck']
  const folders = ['--rootDir', join(root, 'src'), '--outDir', out, '--types', 'node']
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, ...options, ...folders, '--ignoreConfig', join(root, 'src', source)], {
    cwd: root,
    stdio: 'pipe',
  })
  return join(out, source.replace(/\.ts$/, '.js'))
}
