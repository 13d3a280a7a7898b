import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Room → rooms that it may import (types count), through their `index.ts` alone. Everything may import base. */
const walls: Readonly<Record<string, readonly string[]>> = {
  base: [],
  mesh: [],
  spec: ['mesh'],
  policy: ['mesh'],
  contract: ['mesh'],
  lake: [],
  control: ['mesh', 'policy', 'contract'],
  query: ['mesh', 'policy', 'lake'],
  runs: ['mesh', 'policy', 'contract', 'lake', 'control', 'query'],
  scaffold: ['mesh', 'spec'],
  api: [],
  operations: ['api', 'mesh', 'spec', 'policy', 'contract', 'control', 'query', 'runs'],
  adapters: ['mesh', 'control', 'lake', 'query', 'runs', 'scaffold'],
  protocols: ['api', 'mesh', 'operations', 'query'],
  demo: ['mesh', 'operations', 'runs'],
  server: ['*'],
  cli: ['api', 'spec', 'scaffold', 'server'],
}

/** Run-time packages: the rooms that may import each, and why it is there. */
const packages: Readonly<Record<string, { readonly rooms: readonly string[]; readonly why: string }>> = {
  '@bufbuild/cel': { rooms: ['policy'], why: 'conditions of rules: CEL with RE2, linear on hostile patterns' },
  '@clack/prompts': { rooms: ['cli'], why: 'what `new` asks on a terminal' },
  '@duckdb/node-api': { rooms: ['adapters/duckdb'], why: 'the embedded engine' },
  '@hono/node-server': { rooms: ['protocols/http'], why: 'hono on Node sockets' },
  'apache-arrow': { rooms: ['adapters/duckdb'], why: 'answers as Arrow streams' },
  avsc: { rooms: ['lake'], why: 'Iceberg manifests are Avro' },
  commander: { rooms: ['cli'], why: 'parses the command line' },
  hono: { rooms: ['protocols/http'], why: 'routes of the HTTP door' },
  koffi: { rooms: ['adapters/duckdb'], why: 'confines workers by Landlock; the engine’s C interface for Arrow' },
  libsql: { rooms: ['adapters/sqlite'], why: 'SQLite, prebuilt in its registry package' },
  minisearch: { rooms: ['operations'], why: 'search over the catalogue' },
  pino: { rooms: ['server'], why: 'logs' },
  'prom-client': { rooms: ['protocols/http', 'server'], why: 'the Prometheus exposition' },
  'vega-datasets': { rooms: ['server'], why: 'real data of the sample mesh; read as files' },
  yaml: { rooms: ['spec', 'server'], why: 'keeps comments and positions' },
  zod: { rooms: ['api', 'spec', 'server', 'protocols/http'], why: 'one source for types, validation and schemas' },
}

const root = new URL('../src/', import.meta.url).pathname
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
const imports = files.flatMap(file =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^\s*(?:import|export)\b[^'"]*?from '([^']+)'|import\('([^']+)'\)|^import '([^']+)'/gm,
    ),
  ].map(match => ({ file, to: match[1] ?? match[2] ?? match[3]! })),
)
const roomOf = (file: string) => file.split('/')[0]!
/** Adapters and protocols have one room for each vendor or protocol. */
const innerRoomOf = (file: string) =>
  ['adapters', 'protocols'].includes(roomOf(file)) ? file.split('/').slice(0, 2).join('/') : roomOf(file)
const targetOf = (file: string, to: string) => relative(root, join(root, file, '..', to))

describe('the walls', () => {
  it('has every file in a room', () => {
    expect(files.filter(file => walls[roomOf(file)] === undefined)).toEqual([])
  })

  it('lets each room import only those that it may, through their faces', () => {
    const broken = imports
      .filter(({ to }) => to.startsWith('.'))
      .map(({ file, to }) => ({ file, target: targetOf(file, to) }))
      .filter(({ file, target }) => innerRoomOf(file) !== innerRoomOf(target))
      .filter(({ file, target }) => {
        const [from, into] = [roomOf(file), roomOf(target)]
        const allowed = into === 'base' || walls[from]!.includes('*') || walls[from]!.includes(into)
        const face =
          /^[^/]+\/(index|needs)\.ts$/.test(target) || /^(adapters|protocols)\/[^/]+\/index\.ts$/.test(target)
        return !allowed || !face
      })
      .map(({ file, target }) => `${file} imports ${target}`)
    expect(broken).toEqual([])
  })

  it('has no cycles between files', () => {
    const edges = new Map<string, string[]>()
    for (const { file, to } of imports) {
      if (to.startsWith('.')) edges.set(file, [...(edges.get(file) ?? []), targetOf(file, to)])
    }
    const [done, path] = [new Set<string>(), [] as string[]]
    const cycles: string[] = []
    const visit = (file: string) => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      else if (!done.has(file)) {
        path.push(file)
        for (const next of edges.get(file) ?? []) visit(next)
        path.pop()
        done.add(file)
      }
    }
    for (const file of files) visit(file)
    expect(cycles).toEqual([])
  })

  it('opens each room with what it is for and what it never does', () => {
    const entries = [...new Set(files.map(innerRoomOf))].map(room => `${room}/index.ts`)
    const silent = entries.filter(
      entry => !files.includes(entry) || !/^\/\*\*[\s\S]{80,}?\*\//.test(readFileSync(join(root, entry), 'utf8')),
    )
    expect(silent).toEqual([])
  })
})

describe('run-time dependencies', () => {
  const manifest = JSON.parse(readFileSync(join(root, '../package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }

  it('are those of the list, pinned', () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(Object.keys(packages).sort())
    expect(Object.values(manifest.dependencies).filter(version => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual(
      [],
    )
  })

  it('are imported only in their rooms', () => {
    const astray = imports
      .filter(({ to }) => !to.startsWith('.') && !to.startsWith('node:'))
      .map(({ file, to }) => ({
        file,
        name: to
          .split('/')
          .slice(0, to.startsWith('@') ? 2 : 1)
          .join('/'),
      }))
      .filter(
        ({ file, name }) => !packages[name]?.rooms.some(room => room === innerRoomOf(file) || room === roomOf(file)),
      )
      .map(({ file, name }) => `${file} imports ${name}`)
    expect(astray).toEqual([])
  })
})

describe('what the house says of itself', () => {
  it('names files that are there', () => {
    const pages = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md'].map(name => join(root, '..', name))
    const named = pages.flatMap(page =>
      [...readFileSync(page, 'utf8').matchAll(/`([\w-]+\/[\w./-]*\.ts|(?:src|test|bench|docs)\/[\w./-]+)`/g)].map(
        match => match[1]!,
      ),
    )
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter(path => ![root, join(root, '..')].some(from => existsSync(join(from, path))))).toEqual([])
  })
})
