import { builtInPurposes, holds, type MeshState, type Principal, type TokenRecord } from '../mesh/index.ts'
import type { Handlers } from './handler.ts'
import { personNamed, refuseNearMiss } from './known-people.ts'
import { mayDiscover } from '../policy/index.ts'
import { notFound } from './lookup.ts'

export const identityHandlers: Pick<Handlers, 'whoami' | 'mesh' | 'createToken' | 'tokens' | 'revokeToken'> = {
  whoami({ control }, _input, { principal, tokenPurpose }) {
    const name = control.state().settings.people[principal.id]?.name
    return {
      id: principal.id,
      kind: principal.kind,
      ...(name === undefined ? {} : { name }),
      teams: [...principal.teams],
      roles: Object.fromEntries(
        Object.entries(principal.roles).map(([domain, roles]) => [domain === '' ? 'mesh' : domain, [...roles]]),
      ),
      ...(tokenPurpose === undefined ? {} : { purpose: tokenPurpose }),
      ...(principal.onBehalfOf === undefined ? {} : { onBehalfOf: principal.onBehalfOf.id }),
    }
  },

  mesh({ control, version }, _input, { principal }) {
    const state = control.state()
    const { settings, domains, policies, platformEngineers } = state
    const isKnown = ({ id }: { readonly id: string }) => mayDiscover(state, principal, id)
    const products = [...state.products.values()].map(({ product }) => product).filter(isKnown)
    const tables = [...state.tables.values()].filter(isKnown)
    const purposes = { ...settings.purposes, ...builtInPurposes }
    return {
      id: settings.id,
      ...(settings.title === undefined ? {} : { title: settings.title }),
      version,
      purposes: Object.entries(purposes).map(([id, { is, days }]) => ({
        id,
        is,
        ...(days === undefined ? {} : { days }),
      })),
      classes: settings.classes.map(c => c.id),
      defaultClass: settings.defaultClass,
      identifiers: Object.entries(settings.identifiers).map(([id, i]) => ({
        id,
        ...(i.is === undefined || !isKnown({ id: tableOf(i.is) }) ? {} : { is: i.is }),
        ...(i.pattern === undefined ? {} : { pattern: i.pattern }),
        person: i.person ?? false,
      })),
      domains: [...domains.values()].map(d => ({
        id: d.id,
        title: d.title,
        team: d.team,
        products: products.filter(p => p.domain === d.id).length,
      })),
      counts: { domains: domains.size, products: products.length, tables: tables.length, policies: policies.size },
      vacancies: platformEngineers.length === 0 ? ['platform-engineer'] : [],
    }
  },

  async createToken({ control }, input, { principal, tokenPurpose, tokenUntil }) {
    const person = personNamed(control.state(), input.for)
    if (input.new !== true) refuseNearMiss(person)
    const who = person.id
    const purpose = input.purpose ?? tokenPurpose
    const outcome = await control.execute(
      {
        kind: 'create-token',
        for: who,
        ...(input.purpose === undefined ? {} : { purpose: input.purpose }),
        ...(input.days === undefined ? {} : { days: input.days }),
        ...(tokenPurpose === undefined ? {} : { boundTo: tokenPurpose }),
        ...(tokenUntil === undefined ? {} : { boundUntil: tokenUntil }),
      },
      principal,
    )
    const { token, id, until } = outcome.result as { token: string; id: string; until?: string }
    return {
      token,
      id,
      for: who,
      ...(purpose === undefined ? {} : { purpose }),
      ...(until === undefined ? {} : { until }),
    }
  },

  tokens({ control }, _input, { principal }) {
    return {
      tokens: tokensOf(control.state(), principal).map(({ id, who, purpose, at, until, revoked }) => ({
        id,
        for: who,
        at,
        ...(purpose === undefined ? {} : { purpose }),
        ...(until === undefined ? {} : { until }),
        ...(revoked === undefined ? {} : { revoked }),
      })),
    }
  },

  async revokeToken({ control }, { id }, { principal }) {
    if (!tokensOf(control.state(), principal).some(t => t.id === id)) throw notFound('token', id, [])
    await control.execute({ kind: 'revoke-token', id }, principal)
    return { id, revoked: true }
  },
}

/** Tokens that somebody may know of: their own, those of what they sponsor, and for a platform engineer all. */
function tokensOf({ tokens, settings }: MeshState, asker: Principal): readonly TokenRecord[] {
  const all = holds(asker, 'platform-engineer', '')
  const sponsored = (who: string) => (settings.services[who] ?? settings.agents[who])?.sponsor === asker.id
  return [...tokens.values()].filter(t => all || t.who === asker.id || sponsored(t.who))
}

/** The table of `domain.table.column`. */
const tableOf = (column: string): string => column.split('.').slice(0, 2).join('.')
