// Makes a fresh clone ready: installs the locked dependencies when they are missing or older than the lock, and builds
// when a source file is newer than the last build. Needs nothing but Node and npm.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Meshwright needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and try again.`,
  )
  process.exit(2)
}

const timeOf = file => (existsSync(file) ? statSync(file).mtimeMs : 0)
const newest = folder =>
  Math.max(
    ...readdirSync(folder, { withFileTypes: true }).map(e => {
      const path = join(folder, e.name)
      return e.isDirectory() ? newest(path) : timeOf(path)
    }),
    0,
  )
const npm = args => execFileSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })

if (timeOf(join(root, 'node_modules/.package-lock.json')) < timeOf(join(root, 'package-lock.json'))) {
  npm(['ci'])
}
const built = timeOf(join(root, 'dist/.tsbuildinfo'))
if (built < newest(join(root, 'src')) || built < timeOf(join(root, 'tsconfig.build.json')))
  npm(['run', '--silent', 'build'])
