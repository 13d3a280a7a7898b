import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { formatIssue, hasErrors, toJson } from '../../src/base/index.ts'
import { isDocumentPath, readWorkspace, withoutSurroundings } from '../../src/spec/index.ts'

/**
 * Each folder holds `input/`, files as somebody would publish them, and `expected.txt`: the issues as a terminal shows
 * them, and what was read. Delete `expected.txt` and run this test to renew it.
 */
const golden = fileURLToPath(new URL('../golden/spec', import.meta.url))

test.each(readdirSync(golden))('%s', name => {
  const input = `${golden}/${name}/input`
  const paths = readdirSync(input, { recursive: true, encoding: 'utf8' })
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => statSync(`${input}/${path}`).isFile())
    .sort()
  const documents = paths.filter(isDocumentPath).map(path => ({ path, text: readFileSync(`${input}/${path}`, 'utf8') }))
  const sources = paths
    .filter(path => !isDocumentPath(path))
    .map(path => ({ path, sizeBytes: statSync(`${input}/${path}`).size, at: { digest: `digest of ${path}` } }))
  const workspace = readWorkspace(documents, sources, withoutSurroundings)
  const { issues, assumptions, ...read } = workspace
  expect(
    issues.filter(issue => !(issue.fix ?? '').trim() || issue.line === undefined || issue.column === undefined),
  ).toEqual([])
  const text = [
    ...issues.map(issue => `${formatIssue(issue)}${issue.path === undefined ? '' : `\n  path: ${issue.path}`}`),
    ...assumptions.map(({ product, text }) => `assumed: ${product}: ${text}`),
    ...(hasErrors(issues) ? [] : [toJson(read, 1)]),
    '',
  ].join('\n')
  const file = `${golden}/${name}/expected.txt`
  if (!existsSync(file)) writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
})
