import { builtInPurposes, holds } from '../mesh/index.ts'
import type { Handlers } from './handler.ts'
import { personNamed, refuseNearMiss } from './known-people.ts'
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

  mesh({ control, version }) {
    const { settings, domains, products, tables, policies, platformEngineers } = control.state()
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
        ...(i.is === undefined ? {} : { is: i.is }),
        ...(i.pattern === undefined ? {} : { pattern: i.pattern }),
        person: i.person ?? false,
      })),
      domains: [...domains.values()].map(d => ({
        id: d.id,
        title: d.title,
        team: d.team,
        products: [...products.values()].filter(p => p.product.domain === d.id).length,
      })),
      counts: { domains: domains.size, products: products.size, tables: tables.size, policies: policies.size },
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
    const all = holds(principal, 'platform-engineer', '')
    const { tokens, settings } = control.state()
    const sponsored = (who: string) => (settings.services[who] ?? settings.agents[who])?.sponsor === principal.id
    const listed = [...tokens.values()].filter(t => all || t.who === principal.id || sponsored(t.who))
    return {
      tokens: listed.map(({ id, who, purpose, at, until, revoked }) => ({
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
    if (![...control.state().tokens.values()].some(t => t.id === id)) throw notFound('token', id, [])
    await control.execute({ kind: 'revoke-token', id }, principal)
    return { id, revoked: true }
  },
}
