import { isOn, needed, textOf, type Action } from '../command.ts'
import { optional, optionalNumber } from '../number-of.ts'

export const createToken: Action = async (given, { api, output }) => {
  const server = await api()
  const made = await server.call('createToken', {
    for: textOf(given, 'for') ?? (await server.call('whoami', {})).id,
    ...optional('purpose', textOf(given, 'purpose')),
    ...optionalNumber('days', textOf(given, 'days')),
    ...(isOn(given, 'new') ? { new: true } : {}),
  })
  await output.answer(made, () => made.token)
  if (!output.json) {
    const bound = made.purpose === undefined ? '' : `, purpose ${made.purpose}`
    await output.note(`Token ${made.id} of ${made.for}${bound}. It is shown this once.`)
  }
  return 0
}

export const listTokens: Action = async (_given, { api, output }) => {
  const list = await (await api()).call('tokens', {})
  await output.answer(list, () =>
    output.table(
      ['Id', 'Of', 'Purpose', 'Made', 'Until'],
      list.tokens.map(t => [
        t.id,
        t.for,
        t.purpose ?? '',
        t.at.slice(0, 10),
        t.revoked === undefined ? (t.until?.slice(0, 10) ?? '') : 'revoked',
      ]),
    ),
  )
  return 0
}

export const revokeToken: Action = async (given, { api, output }) => {
  const ended = await (await api()).call('revokeToken', { id: needed(given, 'id') })
  await output.answer(ended, () => `Token ${ended.id} is over.`)
  return 0
}
