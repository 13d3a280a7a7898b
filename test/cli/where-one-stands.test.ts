import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/index.ts'
import { fakeEffects, problem } from './fake-effects.ts'

const root = mkdtempSync(join(tmpdir(), 'meshwright-stands-'))
mkdirSync(join(root, 'my shop/p'), { recursive: true })
writeFileSync(join(root, 'my shop/domain.yaml'), '')
writeFileSync(join(root, 'my shop/p/p.sql'), 'select 1')

const refusal = {
  type: '',
  title: 'No',
  status: 422,
  code: 'access.required',
  detail: 'No.',
  fix: 'Ask.',
  next: { command: 'meshwright publish' },
  issues: ['p/p.sql', 'elsewhere/x.policy.yaml'].map(file => ({
    code: 'x',
    message: `Wrong in ${file}`,
    severity: 'error',
    file,
    line: 1,
    column: 2,
  })),
}

async function told(folder: string, answered: (url: string) => Response) {
  const world = fakeEffects({
    cwd: root,
    answer: url =>
      url.endsWith('/mesh')
        ? Response.json({ domains: [] })
        : /upload/.test(url)
          ? Response.json({ missing: [] })
          : answered(url),
  })
  await run(folder === '' ? ['plan'] : ['plan', folder], world.effects)
  return world.stdout() + world.stderr()
}

const plan = { allowed: false, items: [], warnings: [], issues: [], refusals: [refusal] }

test.each([
  ['refused by the plan', () => Response.json(plan)],
  ['refused by the server', () => problem(422, refusal.code, refusal)],
] as const)('what is %s is told where one stands, with the folder to publish', async (_name, answered) => {
  const all = await told('my shop/p', answered)
  expect(all).toContain('my shop/p/p.sql:1:2: error: Wrong in p/p.sql')
  expect(all).toContain('\nelsewhere/x.policy.yaml:1:2: error: Wrong')
  expect(all).toContain("meshwright publish 'my shop/p'\n")
})

test('where no folder was named none is printed', async () => {
  expect(await told('', () => Response.json(plan))).toMatch(/meshwright publish\n/)
})
