import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A source file, and what it imports, as JavaScript for a child process: its address. */
export function compiled(source: string): string {
  const out = join(root, '.cache', 'compiled')
  const options = ['--target', 'es2023', '--module', 'nodenext', '--rewriteRelativeImportExtensions', '--skipLibCheck']
  const folders = ['--rootDir', join(root, 'src'), '--outDir', out, '--types', 'node']
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, ...options, ...folders, '--ignoreConfig', join(root, 'src', source)], {
    cwd: root,
    stdio: 'pipe',
  })
  return join(out, source.replace(/\.ts$/, '.js'))
}
