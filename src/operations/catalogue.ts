import type { Handlers } from './handler.ts'
import { connections } from './connections.ts'
import { lineageAround } from './lineage.ts'
import { knownTo, notFound, productNamed, tableNamed } from './lookup.ts'
import { search } from './search.ts'
import { showProduct } from './show-product.ts'
import { purposesOf, showTable } from './show-table.ts'
import { titleOf } from './title-of.ts'
import { domainRoles, newestMajor } from '../mesh/index.ts'
import { mayDiscover } from '../policy/index.ts'

export const catalogueHandlers: Pick<Handlers, 'find' | 'product' | 'table' | 'domain' | 'lineage' | 'connect'> = {
  find({ control }, { q, limit, kind }, { principal }) {
    const { results, total } = search(control.state(), principal, q, limit, kind)
    return { results: results.map(r => ({ ...r })), total }
  },

  product(rooms, { id, purpose }, { principal }) {
    const state = rooms.control.state()
    return showProduct(rooms, state, productNamed(state, principal, id), principal, purpose)
  },

  table({ control, clock }, { id, purpose }, { principal }) {
    const state = control.state()
    const { table, major } = tableNamed(state, principal, id)
    return showTable(state, table, major, principal, purpose, clock())
  },

  domain({ control }, { id }, { principal }) {
    const state = control.state()
    const domain = state.domains.get(id)
    if (domain === undefined) throw notFound('domain', id, knownTo(state, principal))
    const held = new Set(domain.members.flatMap(m => m.roles))
    const contact = Object.entries(domain.contact ?? {})
    return {
      id: domain.id,
      title: domain.title,
      ...(domain.description === undefined ? {} : { description: domain.description }),
      team: domain.team,
      ...(domain.parent === undefined ? {} : { parent: domain.parent }),
      members: domain.members.map(m => ({ person: m.person, roles: [...m.roles] })),
      vacancies: domainRoles.filter(role => role !== 'consumer' && !held.has(role)),
      products: [...state.products.values()]
        .filter(p => p.product.domain === id && mayDiscover(state, principal, p.product.id))
        .map(({ product }) => ({
          id: product.id,
          title: titleOf(product),
          version: product.version,
          status: product.status,
        })),
      policies: [...state.policies.values()]
        .filter(p => p.domain === id)
        .map(p => ({ id: p.id, team: p.team, status: p.status })),
      ...(contact.length === 0 ? {} : { contact: Object.fromEntries(contact) }),
    }
  },

  lineage({ control }, { id, depth }, { principal }) {
    const state = control.state()
    return lineageAround(state, principal, id, depth)
  },

  connect(rooms, { id, purpose }, { principal }) {
    const state = rooms.control.state()
    const { table, major } = tableNamed(state, principal, id)
    const version = (major === undefined ? undefined : table.majors.get(major)) ?? newestMajor(table)
    const [only, ...others] = purposesOf(state, principal, version, rooms.clock())
    return { clients: connections(rooms.url(), table.id, purpose ?? (others.length === 0 ? only : undefined)) }
  },
}
