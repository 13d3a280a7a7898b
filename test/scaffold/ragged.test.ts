import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { profileFile, sourceFormat } from '../../src/scaffold/index.ts'
import { readerOf } from '../../src/scaffold/source-format.ts'
import { openReader } from '../../src/server/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'meshwright-ragged-'))
let made = 0

/** What `new` would make of a file: its columns, its rows and what it says. */
async function lookAt(bytes: string | Buffer, name = 'x.csv') {
  const path = join(folder, `${++made}-${name}`)
  writeFileSync(path, bytes)
  const format = sourceFormat(name)
  const reader = await openReader(path)
  try {
    const { columns, options, rows, notes } = await profileFile(reader, path, format, name)
    const found = await reader.execute(`select columns(*)::varchar from ${readerOf(path, format, { ...options })}`)
    return {
      columns: columns.map(({ source }) => source),
      rows,
      values: found.map(row => Object.values(row).map(v => (typeof v === 'string' ? v : ''))),
      notes: notes.join('; '),
    }
  } finally {
    await reader.close()
  }
}

test.each([
  ['one row of three at the end', 'id,qty\n1,2\n2,3\n3,4,oops\n', ['id', 'qty', 'column2'], 3, 'line 4'],
  ['as many wide rows', 'id,qty\n1,2\n2,3\n3,4,a,b\n5,6,a,b\n', ['id', 'qty', 'column2', 'column3'], 4, '4 and 5'],
  ['nothing but a wide row', 'id,qty\n3,4,oops\n', ['id', 'qty', 'column2'], 1, 'line 2'],
  ['wide rows only', 'id,qty\n1,2,3\n2,3,4\n4,5,6\n', ['id', 'qty', 'column2'], 3, '2, 3 and 4'],
  ['text throughout', 'name,city\nann,rome\nbob,oslo\ncid,bonn,x\n', ['name', 'city', 'column2'], 3, 'line 4'],
  ['semicolons', 'id;qty\n1;2\n2;3;oops\n', ['id', 'qty', 'column2'], 2, 'line 3'],
  ['one column', 'id\n1\n2\n3,x\n', ['id', 'column1'], 3, 'line 4'],
  ['quoted separators', 'id,txt\n1,"a,b"\n2,"c"\n3,d,e\n', ['id', 'txt', 'column2'], 3, 'line 4'],
  ['a closing line', 'id,qty\n1,2\n2,3\n# end, of, file\n', ['id', 'qty', 'column2'], 3, 'line 4'],
  ['lines of Windows', 'id,qty\r\n1,2\r\n2,3\r\n3,4,oops\r\n', ['id', 'qty', 'column2'], 3, 'line 4'],
  ['a last line without an end', 'id,qty\n1,2\n2,3\n3,4,oops', ['id', 'qty', 'column2'], 3, 'line 4'],
  ['narrow rows', 'id,qty,note\n1,2\n2,3,x\n', ['id', 'qty', 'note'], 2, 'line 2'],
] as const)('%s: nothing is lost, and it is said', async (_, text, columns, rows, said) => {
  const look = await lookAt(text)
  expect(look).toMatchObject({ columns, rows })
  expect(look.values.flat().join(' ')).toContain(text.includes('oops') ? 'oops' : '')
  expect(look.notes).toContain(said)
  expect(look.notes).not.toContain('left out')
})

test('one wide row at the end of many keeps its last value', async () => {
  const lines = Array.from({ length: 3000 }, (_, i) => `${i},${i}`)
  const look = await lookAt(`id,qty\n${lines.join('\n')}\n7,8,beyond\n`)
  expect(look).toMatchObject({ columns: ['id', 'qty', 'column2'], rows: 3001 })
  expect(look.values.at(-1)).toEqual(['7', '8', 'beyond'])
})

test('packed files and other encodings are looked at line by line too', async () => {
  const packed = await lookAt(gzipSync('id,qty\n1,2\n2,3\n3,4,oops\n'), 'x.csv.gz')
  expect(packed).toMatchObject({ columns: ['id', 'qty', 'column2'], rows: 3 })
  const latin = await lookAt(Buffer.from('name,city\nJosé,Bonn\nMia,Rom\nZoë,Köln,oops\n', 'latin1'))
  expect(latin).toMatchObject({ columns: ['name', 'city', 'column2'], rows: 3 })
  expect(latin.values[0]).toEqual(['José', 'Bonn', ''])
})

test('a file of two bytes for each character is read as such, and only such a file', async () => {
  const wide = (text: string) => Buffer.from(text, 'utf16le')
  for (const text of ['\ufeffid,qty\n1,2\n2,3\n', 'id,qty\n1,2\n2,3\n']) {
    expect(await lookAt(wide(text))).toMatchObject({ columns: ['id', 'qty'], rows: 2, notes: 'it is read as UTF-16' })
  }
  expect(await lookAt(wide('id,qty\n1,2\n2,3\n3,4,oops\n'))).toMatchObject({
    columns: ['id', 'qty', 'column2'],
    rows: 3,
  })
})

test.each(['x.csv', 'x.json'])('NUL characters in %s are refused, as publishing does', async name => {
  const text = name === 'x.csv' ? 'id,qty\n1,a\0b\n2,c\n' : '{"id": 1, "qty": "a\0b"}\n'
  await expect(lookAt(text, name)).rejects.toMatchObject({
    code: 'source.unreadable',
    message: `${name} is no text of ${name === 'x.csv' ? 'CSV' : 'JSON'}: it holds NUL characters.`,
  })
})

test.each([
  ['Report of May\n\nid,qty\n1,2\n2,3\n', ['id', 'qty'], 2],
  ['Sales figures\n2024\nid,qty\n1,2\n2,3\n', ['id', 'qty'], 2],
  ['Report, May\nid,qty,z\n1,2,3\n2,3,4\n3,4,5\n', ['id', 'qty', 'z'], 3],
])('a title is still a title: %j', async (text, columns, rows) => {
  const look = await lookAt(text)
  expect(look).toMatchObject({ columns, rows })
  expect(look.notes).toContain('above the names of the columns')
})

test.each([
  ['id,qty\n1,2,\n2,3,\n3,4,\n', ['id', 'qty'], 3],
  ['id,qty\n1,2\n2,3\n', ['id', 'qty'], 2],
  ['id,txt\n1,"a\nb"\n2,c\n', ['id', 'txt'], 2],
])('nothing is said of what every reader takes: %j', async (text, columns, rows) => {
  expect(await lookAt(text)).toMatchObject({ columns, rows, notes: '' })
})

test('whatever the widths of the rows, every line is a row and every field a value', async () => {
  const word = fc.stringMatching(/^[a-z]{2,5}$/)
  const number = fc.integer({ min: 1, max: 999 }).map(String)
  const file = fc.integer({ min: 2, max: 4 }).chain(width =>
    fc.record({
      names: fc.uniqueArray(word, { minLength: width, maxLength: width }),
      even: fc.array(fc.array(fc.oneof(word, number), { minLength: width, maxLength: width }), {
        minLength: 3,
        maxLength: 8,
      }),
      odd: fc.array(fc.array(fc.oneof(word, number), { minLength: 1, maxLength: 6 }), { maxLength: 3 }),
      at: fc.nat(),
    }),
  )
  await fc.assert(
    fc.asyncProperty(file, async ({ names, even, odd, at }) => {
      const rows = [...even]
      rows.splice(at % (rows.length + 1), 0, ...odd)
      const look = await lookAt([names, ...rows].map(row => `${row.join(',')}\n`).join(''))
      const written = [names, ...rows].flat().filter(text => text !== '')
      const named = look.columns.filter(name => !/^column\d+$/.test(name))
      const kept = [...named, ...look.values.flat().filter(text => text !== '')]
      expect(kept.toSorted()).toEqual(written.toSorted())
    }),
    { numRuns: 25, seed: 7 },
  )
}, 120_000)
