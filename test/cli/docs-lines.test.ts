import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commands } from '../../src/cli/index.ts'

/** What the README and the tour say to paste, with only Node, npm and a shell. */
const blocks = ['README.md', 'docs/tour.md'].flatMap(file => {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => ({ file, block: block! }))
})

test.each(blocks)('$file: a shell reads $block', ({ block }) => {
  expect(blocks.length).toBeGreaterThan(8)
  const { status, stderr } = spawnSync('bash', ['-n'], { input: block, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  expect(block).not.toMatch(/(^|[|(;&]\s*)(python3?|curl|jq|grep|sed|awk|meshwright)\b/m)
})

const calls = blocks.flatMap(({ block }) => [...block.matchAll(/npx meshwright ([^\n]*)/g)].map(([, words]) => words!))

test.each(calls)('%s is a command with its options', words => {
  const command = [...commands]
    .sort((a, b) => b.name.length - a.name.length)
    .find(c => words === c.name || words.startsWith(`${c.name} `))
  expect(command, words).toBeDefined()
  const own = words.split(/npx meshwright|[|)]/)[0]!.replaceAll(/"[^"]*"|'[^']*'/g, '')
  const known = ['json', ...(command!.options ?? []).map(o => o.name)]
  for (const [, option] of own.matchAll(/--([a-z-]+)/g)) expect(known).toContain(option)
})
