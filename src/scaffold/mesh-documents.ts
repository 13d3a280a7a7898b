import type { TextFile } from '../spec/index.ts'
import { yamlText } from './yaml-text.ts'

/** A commented `mesh.yaml`, and the two rules that most federations begin with. */
export function meshDocuments(id: string): readonly TextFile[] {
  return [
    { path: 'mesh.yaml', text: meshText(id) },
    { path: 'policies/classified.policy.yaml', text: classified },
    { path: 'policies/personal-data.policy.yaml', text: personalData },
  ]
}

export interface NewDomain {
  readonly id: string
  readonly title: string
  readonly team: string
  /** Id of the person who becomes product owner. */
  readonly owner?: string
  readonly channel: string
}

export const domainDocument = ({ id, title, team, owner, channel }: NewDomain): TextFile => ({
  path: 'domain.yaml',
  text: [
    'apiVersion: meshwright/v1',
    'kind: Domain',
    `id: ${id}`,
    `title: ${yamlText(title)}`,
    `team: ${yamlText(team)}`,
    ...(owner === undefined ? [] : ['members:', `  - {person: ${yamlText(owner)}, roles: [product-owner]}`]),
    `contact: {channel: ${yamlText(channel)}}`,
    '',
  ].join('\n'),
})

const meshText = (id: string) => `# What the federation agreed on. Everything has a default; see docs/documents.md.
apiVersion: meshwright/v1
kind: Mesh
id: ${id}
purposes: # why data is used: every query has one
  analytics: {is: 'Understand the business', days: 180}
  operations: {is: 'Run the business of the day', days: 90}
classes: # from open to strict; \`mask\` says what people see who may not see the value
  - {id: public}
  - {id: internal}
  - {id: confidential, mask: {text: mask-to-fixed-value, else: replace-with-null}}
  - {id: personal, mask: {identifier: keyed-hash, text: keyed-hash, date: truncate-to-year, else: replace-with-null}, aggregateFrom: 10}
# identifiers: # keys that domains share; a column says so by the tag \`identifier:customer\`
#   customer: {is: sales.customers.customer_id, person: true}
# teams: {privacy-office: {members: [ada@example.com]}}
# services: {dashboard: {sponsor: ada@example.com}}
approve: {default: [product-owner]} # who says yes to a request for access
`

const classified = `apiVersion: meshwright/v1
kind: Policy
id: classified
title: Every column has a class
team: federation
status: enforced
columns: 'true'
onPublish:
  require: column.class != null
  message: 'Column \${column.name} has no class.'
  fix: 'Add \`classification\` to the column.'
`

const personalData = `# Outside the domain that owns them, personal columns are seen as their class says: hashed, cut or empty.
# Let others see them where it is their work: except: [{team: customer-care, purpose: customer-care}]
apiVersion: meshwright/v1
kind: Policy
id: personal-data
title: Personal columns are masked for others
team: federation
status: enforced
columns: column.effectiveClass == 'personal'
onQuery:
  when: "!(domain.team in principal.teams) && !principal.id.startsWith('product:' + domain.id + '.')"
  mask: by-class
tests:
  - name: others see a hash
    given: {domain: {id: shop, team: shop}, column: {name: email, class: personal, type: VARCHAR}, principal: {id: ada, kind: person}}
    expect: {mask: keyed-hash}
  - name: the team of the domain sees it
    given: {domain: {id: shop, team: shop}, column: {name: email, class: personal, type: VARCHAR}, principal: {id: bob, kind: person, teams: [shop]}}
    expect: {mask: null}
`
