import { expect, test } from 'vitest'
import { cliPage } from '../../tools/docs/cli-page.ts'
import { configurationPage } from '../../tools/docs/configuration-page.ts'
import { errorsPage } from '../../tools/docs/errors-page.ts'

// Written anew with: npx vitest run test/cli/docs.test.ts -u
test.each([
  ['cli', cliPage],
  ['errors', errorsPage],
  ['configuration', configurationPage],
])('docs/%s.md says what the table says', async (name, page) => {
  await expect(page()).toMatchFileSnapshot(`../../docs/${name}.md`)
})
