import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { formatIssue } from '../../src/base/index.ts'
import { checkDocument } from '../../src/spec/index.ts'

/**
 * Every fenced block of YAML in README.md and docs/ that holds an apiVersion is a document that can be read. A block that
 * is meant to be wrong, or a part of one, says so: ```yaml skip
 */
const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = [
  ...(existsSync(`${root}/README.md`) ? ['README.md'] : []),
  ...(existsSync(`${root}/docs`) ? readdirSync(`${root}/docs`, { recursive: true, encoding: 'utf8' }) : [])
    .filter(path => path.endsWith('.md'))
    .map(path => `docs/${path}`),
]

function documentsIn(markdown: string): readonly { readonly line: number; readonly text: string }[] {
  return [...markdown.matchAll(/^( *)```ya?ml[ \t]*\n([\s\S]*?)^\1```/gm)]
    .map(match => ({
      line: markdown.slice(0, match.index).split('\n').length,
      text: match[2]!.replaceAll(new RegExp(`^${match[1]!}`, 'gm'), ''),
    }))
    .filter(block => /^apiVersion:/m.test(block.text))
}

test('blocks are found, and those marked skip are not', () => {
  const page =
    'a\n```yaml\napiVersion: x\n```\n```yaml skip\napiVersion: y\n```\n  ```yml\n  apiVersion: z\n  ```\n```yaml\nother: 1\n```\n'
  expect(documentsIn(page).map(block => [block.line, block.text])).toEqual([
    [2, 'apiVersion: x\n'],
    [8, 'apiVersion: z\n'],
  ])
})

test('the documents of README.md and docs/ can be read', () => {
  const wrong = pages.flatMap(page =>
    documentsIn(readFileSync(`${root}/${page}`, 'utf8')).flatMap(({ line, text }) =>
      checkDocument({ path: `${page}:${line}`, text })
        .filter(issue => issue.severity === 'error')
        .map(formatIssue),
    ),
  )
  expect(wrong).toEqual([])
})
