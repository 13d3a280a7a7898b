import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { jsonSchemas } from '../../src/spec/json-schemas.ts'

const folder = fileURLToPath(new URL('../../schemas', import.meta.url))

// A file that is missing is written: delete schemas/NAME.schema.json and run this test to renew it.
test.each(Object.entries(jsonSchemas()))(
  'schemas/%s.schema.json is what the code says (delete it to renew)',
  (name, text) => {
    const file = `${folder}/${name}.schema.json`
    if (!existsSync(file)) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, text)
    }
    expect(readFileSync(file, 'utf8')).toBe(text)
  },
)

test('the schemas accept what an editor should not mark, and mark a mistyped key', () => {
  const schema = JSON.parse(jsonSchemas().domain) as object
  const validate = new Ajv2020({ strict: false }).compile(schema)
  const document = 'apiVersion: meshwright/v1\nkind: Domain\nid: flights\nteam: flight-ops\n'
  expect(validate(parse(document))).toBe(true)
  expect(validate(parse(`${document}tema: x\n`))).toBe(false)
})
