import type { Action } from '../command.ts'

export const whoami: Action = async (_given, { api, output }) => {
  const server = await api()
  const me = await server.call('whoami', {})
  await output.answer(me, () =>
    [
      `${me.id}${me.name === undefined ? '' : ` (${me.name})`}, ${me.kind}, at ${server.url}`,
      ...(me.onBehalfOf === undefined ? [] : [`on behalf of ${me.onBehalfOf}`]),
      ...(me.purpose === undefined ? [] : [`purpose: ${me.purpose}`]),
      ...(me.teams.length === 0 ? [] : [`teams: ${me.teams.join(', ')}`]),
      ...Object.entries(me.roles).map(([domain, roles]) => `${domain}: ${roles.join(', ')}`),
    ].join('\n'),
  )
  return 0
}
