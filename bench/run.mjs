// Builds the benchmarks and runs those named (`npm run bench -- tpch publish`), or all, one after the other. Ends with 1
// where a limit is missed. Plain scripts, each in a process of its own: what one leaves in memory slows no other.
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const built = join(root, '.cache/bench/built')
const ending = '.bench.ts'
const questions = readdirSync(join(root, 'bench'))
  .filter(name => name.endsWith(ending))
  .map(name => name.slice(0, -ending.length))
const named = process.argv.slice(2)
const unknown = named.filter(name => !questions.includes(name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${questions.join(', ')}.`)
  process.exit(2)
}

rmSync(built, { recursive: true, force: true })
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'bench')], {
  stdio: 'inherit',
})
const missed = (named.length > 0 ? named : questions).filter(name => {
  const script = join(built, 'bench', `${name}.bench.js`)
  return spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' }).status !== 0
})
if (missed.length > 0) {
  console.error(`\nLimits missed, or not measured: ${missed.join(', ')}`)
  process.exit(1)
}
