import { principalOf, type Policy } from '../src/mesh/index.ts'
import { decideQuery, type QueryQuestion } from '../src/policy/index.ts'
import { column, contract, domain, grant, mesh, now, policy, product, versionOf } from '../test/policy/mesh-fixture.ts'
import { timed } from './kit/measure.ts'
import { report, type Line } from './kit/report.ts'

/**
 * How many decisions a second does a mesh of 100 domains, 500 tables of 20 columns, 10,000 policies and 10,000 grants
 * allow? A plain map look-up of a ready answer would be some ten million a second.
 */
const columns = Array.from({ length: 20 }, (_, i) =>
  column(`c${i}`, 'VARCHAR', i % 5 === 0 ? { class: 'personal' } : {}),
)
const domains = Array.from({ length: 100 }, (_, i) => domain(`d${i}`, `team${i}`))
const products = domains.flatMap(({ id }) =>
  Array.from({ length: 5 }, (_, i) => product(`${id}.p${i}`, [contract(`${id}.p${i}`, [{ name: `t${i}`, columns }])])),
)

const globalPolicy = (i: number): Policy =>
  policy(`g${i}`, {
    select: { columns: `column.class == 'personal' && column.name == 'c${i % 20}'` },
    query: [{ when: `purpose != 'x${i}'`, mask: 'by-class' }],
  })

const localPolicy = (i: number): Policy =>
  policy(`l${i}`, {
    domain: `d${i % 100}`,
    select: { tables: `table.name == 't${i % 5}'` },
    query: [{ when: "principal.kind == 'agent'", limit: { rows: i } }],
  })

const state = mesh({
  settings: { purposes: { planning: { is: 'Plan' }, marketing: { is: 'Offer' } } },
  domains,
  products,
  policies: [
    ...Array.from({ length: 100 }, (_, i) => globalPolicy(i)),
    ...Array.from({ length: 9_900 }, (_, i) => localPolicy(i)),
  ],
  grants: Array.from({ length: 10_000 }, (_, i) =>
    grant(`grant${i}`, `u${i % 1000}`, `d${i % 100}.t${Math.floor(i / 1000) % 5}`, 'planning'),
  ),
})

const questions = Array.from({ length: 50 }, (_, i): QueryQuestion => {
  const version = versionOf(state, `d${i}.t0`)
  const tables = [{ version, columns: version.table.columns }]
  return { state, principal: principalOf(state, `u${i}`), purpose: 'planning', door: 'http', now, tables }
})

for (const question of questions) decideQuery(question)

let turn = 0
const next = (): QueryQuestion => questions[turn++ % questions.length]!

const lines: Line[] = []
async function perSecond(what: string, times: number, work: () => void): Promise<void> {
  const many = () => {
    for (let i = 0; i < times; i++) work()
  }
  many()
  lines.push({ what, value: times / ((await timed(many)) / 1000), unit: '/s' })
}

await perSecond('asked before', 200_000, () => {
  decideQuery(next())
})
await perSecond('asked before, by a principal made anew for each question', 20_000, () => {
  const question = next()
  decideQuery({ ...question, principal: { ...question.principal } })
})
await perSecond('first question after one more grant of 10,000', 200, () => {
  const question = next()
  decideQuery({ ...question, state: { ...state, grants: new Map(state.grants) } })
})
await perSecond('nothing known: 10,000 new policies, of which 199 may concern the table', 50, () => {
  decideQuery({ ...next(), state: { ...state, policies: new Map(state.policies) } })
})
report('Decisions on one table, 10,000 policies, 10,000 grants', lines)
