import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { formatIssue } from '../../src/base/index.ts'
import { guessColumns, productDocuments, profileFile, sourceFormat, typeText } from '../../src/scaffold/index.ts'
import { openReader } from '../../src/server/index.ts'
import { readWorkspace, withoutSurroundings } from '../../src/spec/index.ts'
import { known } from './known.ts'
import { selectOver } from './select-over.ts'

/**
 * Each folder holds one file as somebody would have it, and `expected.txt`: what is guessed and why, then the documents.
 * Delete `expected.txt` and run this test to renew it.
 */
const golden = fileURLToPath(new URL('../golden/scaffold', import.meta.url))

test.each(readdirSync(golden))('%s', async name => {
  const folder = `${golden}/${name}`
  const file = readdirSync(folder).find(path => path !== 'expected.txt')!
  const reader = await openReader(`${folder}/${file}`)
  try {
    const profile = await profileFile(reader, `${folder}/${file}`, sourceFormat(file), file)
    const columns = guessColumns(profile, known)
    const source = { kind: 'file', path: file, format: profile.format, options: profile.options } as const
    const words = { domain: 'shop', name, purpose: 'What was looked at.', channel: '#shop-data' }
    const documents = productDocuments({ ...words, columns, source, full: name.startsWith('full-') })

    const { issues, products } = readWorkspace(documents, [{ path: file, sizeBytes: 1, at: { digest: '' } }], {
      ...withoutSurroundings,
      settings: { ...withoutSurroundings.settings, identifiers: { country: {} } },
    })
    expect(issues.map(formatIssue)).toEqual([])
    // The SELECT gives what the contract promises, type by type.
    const promised = products[0]!.ports[0]!.contract.tables[0]!.columns.map(
      ({ name, type }) => `${name} ${type.replaceAll('"', '')}`,
    )
    const { given, rows } = await selectOver(reader, `${folder}/${file}`, products[0]!)
    expect(given).toEqual(promised)
    expect(rows).toBe(profile.rows)

    const text = [
      `${profile.rows} rows`,
      ...profile.notes.map(note => `note: ${note}`),
      ...columns.map(
        c => `${c.name} ${typeText(c.type)} ${c.class}${c.because === undefined ? '' : `: it ${c.because}`}`,
      ),
      ...documents.flatMap(document => [`--- ${document.path}`, document.text]),
    ].join('\n')
    if (!existsSync(`${folder}/expected.txt`)) writeFileSync(`${folder}/expected.txt`, text)
    expect(text).toBe(readFileSync(`${folder}/expected.txt`, 'utf8'))
  } finally {
    await reader.close()
  }
})
