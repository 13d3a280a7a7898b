import type { ProductShape, TableShape } from '../../api/index.ts'
import { countOf, MeshError, nearest } from '../../base/index.ts'
import type { Api } from '../api.ts'
import { needed, textOf, type Action, type Cli, type Given } from '../command.ts'
import { optional } from '../number-of.ts'
import type { Output } from '../output/output.ts'
import { Refusal } from '../refusal.ts'
import { shellQuoted } from '../shell-quoted.ts'

export const show: Action = async (given, cli) => {
  const name = needed(given, 'name')
  const kind = textOf(given, 'as')
  if (name === 'mesh' && kind === undefined) return showMesh(cli)
  if (kind === 'domain' || (kind === undefined && !name.includes('.'))) return showDomain(name, cli)
  if (kind === 'table') return showTable(name, given, cli)
  if (kind === undefined && name.split('.').length > 2) return showColumn(name, given, cli)
  if (kind === 'product') return showProduct(name, given, cli)
  try {
    return await showProduct(name, given, cli)
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || thrown.problem.code !== 'thing.not-found') throw thrown
    return showTable(name, given, cli)
  }
}

async function showMesh({ api, output }: Cli): Promise<number> {
  const mesh = await (await api()).call('mesh', {})
  await output.answer(mesh, () =>
    [
      `${mesh.title ?? mesh.id} (Meshwright ${mesh.version})`,
      [
        countOf(mesh.counts.domains, 'domain'),
        countOf(mesh.counts.products, 'product'),
        countOf(mesh.counts.tables, 'table'),
        countOf(mesh.counts.policies, 'policy', 'policies'),
      ].join(', '),
      '',
      output.table(
        ['Domain', 'Title', 'Team', { title: 'Products', align: 'right' }],
        mesh.domains.map(d => [d.id, d.title, d.team, String(d.products)]),
      ),
      '',
      output.table(
        ['Purpose', 'What it is', { title: 'Days', align: 'right' }],
        mesh.purposes.map(p => [p.id, p.is, p.days === undefined ? '' : String(p.days)]),
      ),
      ...(mesh.purposes.some(p => !['upkeep', 'product'].includes(p.id)) ? [] : [noPurposes]),
      '',
      `Classes, from open to strict: ${mesh.classes.join(' < ')}; a column without one is ${mesh.defaultClass}.`,
      ...mesh.vacancies.map(role => `Nobody is ${role}.`),
    ].join('\n'),
  )
  return 0
}

const noPurposes =
  'The mesh lists no purposes of its own yet, so nobody can ask for access: write them under purposes: in mesh.yaml. A first mesh.yaml is written by:\n  meshwright new mesh'

async function showDomain(id: string, { api, output }: Cli): Promise<number> {
  const domain = await (await api()).call('domain', { id })
  await output.answer(domain, () =>
    [
      `${domain.title} (${domain.id}), team ${domain.team}`,
      ...(domain.description === undefined ? [] : [domain.description]),
      '',
      output.table(
        ['Product', 'Title', 'Version', 'Status'],
        domain.products.map(p => [p.id, p.title, p.version, p.status]),
      ),
      '',
      output.table(
        ['Person', 'Roles'],
        domain.members.map(m => [m.person, m.roles.join(', ')]),
      ),
      ...(domain.vacancies.length === 0 ? [] : [`Nobody is ${domain.vacancies.join(', ')}.`]),
      ...(domain.policies.length === 0
        ? []
        : [`Policies: ${domain.policies.map(p => `${p.id} (${p.status})`).join(', ')}`]),
    ].join('\n'),
  )
  return 0
}

const asked = (api: Api, kind: 'product' | 'table', id: string, given: Given) =>
  api.call(kind, { id, ...optional('purpose', textOf(given, 'purpose')) })

async function showProduct(id: string, given: Given, { api, output }: Cli): Promise<number> {
  const product = (await asked(await api(), 'product', id, given)) as ProductShape
  await output.answer(product, () =>
    [
      `${product.title} (${product.id}) ${product.version}, ${product.status}, ${product.kind}`,
      ...(product.purpose === undefined ? [] : [product.purpose]),
      ...(product.limitations === undefined ? [] : [`Limitations: ${product.limitations}`]),
      `Owner: ${product.owner}`,
      ...product.terms.map(t => `${t.kind}: ${t.text}`),
      ...product.serviceLevels.map(s => `${s.property}: ${s.value} ${s.unit ?? ''}`.trimEnd()),
      ...(product.lastRun === undefined ? [] : [`Last run: ${product.lastRun.state} at ${product.lastRun.at}`]),
      ...product.tables.flatMap(table => ['', ...tableLines(table, output)]),
      ...(product.inputs.length === 0 ? [] : ['', `Made of: ${product.inputs.map(i => i.from).join(', ')}`]),
      ...product.inputs.flatMap(i => (i.note === undefined ? [] : [`note: ${i.note}`])),
      ...(product.consumers.length === 0
        ? []
        : [`Used by: ${[...new Set(product.consumers.map(c => c.who))].join(', ')}`]),
      '',
      product.url,
    ].join('\n'),
  )
  return 0
}

async function showTable(id: string, given: Given, { api, output }: Cli): Promise<number> {
  const table = (await asked(await api(), 'table', id, given)) as TableShape
  await output.answer(table, () => tableLines(table, output).join('\n'))
  return 0
}

/** `domain.table.column`: of its table this one line. */
async function showColumn(name: string, given: Given, { api, output }: Cli): Promise<number> {
  const [domain, table, ...rest] = name.split('.')
  const shown = (await asked(await api(), 'table', `${domain}.${table}`, given)) as TableShape
  const wanted = rest.join('.')
  const column = shown.columns.find(c => c.name.toLowerCase() === wanted.toLowerCase())
  if (column === undefined) {
    const near = nearest(
      wanted,
      shown.columns.map(c => c.name),
    )
    throw new MeshError(
      'thing.not-found',
      `The table ${shown.id} has no column ${wanted}.${near === undefined ? '' : ` Did you mean ${shown.id}.${near}?`}`,
      { fix: `Its columns: meshwright show ${near === undefined ? shown.id : `${shown.id}.${near}`}` },
    )
  }
  await output.answer({ table: shown.id, ...column }, () =>
    tableLines({ ...shown, columns: [column] }, output).join('\n'),
  )
  return 0
}

function tableLines(table: TableShape, output: Output): readonly string[] {
  const last = table.snapshots.at(-1)
  return [
    `Table ${table.id}, version ${table.release}${last === undefined ? (table.access.readable ? ', no data yet' : '') : `, ${last.rows === undefined ? 'data' : countOf(last.rows, 'row')} of ${last.at} (snapshot ${last.id})`}`,
    ...(table.description === undefined ? [] : [table.description]),
    output.table(
      ['Column', 'Type', 'Class', 'You see', 'Meaning'],
      table.columns.map(c => [
        c.key ? `${c.name} *` : c.name,
        c.type,
        c.class,
        c.readable === false ? 'not at all' : (c.mask ?? (c.readable === undefined ? '' : 'as it is')),
        c.description ?? '',
      ]),
    ),
    table.access.why,
    ...(table.access.next === undefined
      ? [`  meshwright query ${shellQuoted(table.query)}`]
      : [`  ${table.access.next}`]),
  ]
}
