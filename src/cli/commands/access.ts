import type { AccessRequestShape } from '../../api/index.ts'
import { countOf, MeshError } from '../../base/index.ts'
import { needed, textOf, type Action, type Cli } from '../command.ts'
import { optional, optionalNumber } from '../number-of.ts'

export const requestAccess: Action = async (given, cli) => {
  const purpose = textOf(given, 'purpose')
  if (purpose === undefined) {
    throw new MeshError('usage.invalid', 'Access is asked for with a purpose, and none is stated.', {
      fix: `Write it as: meshwright access request ${needed(given, 'table')} --purpose PURPOSE`,
    })
  }
  const columns = textOf(given, 'columns')
    ?.split(',')
    .map(name => name.trim())
  const request = await (
    await cli.api()
  ).call('requestAccess', {
    table: needed(given, 'table'),
    purpose,
    ...optional('for', textOf(given, 'for')),
    ...optional('columns', columns),
    ...optional('rows', textOf(given, 'rows')),
    ...optional('reason', textOf(given, 'reason')),
    ...optionalNumber('days', textOf(given, 'days')),
  })
  return answered(request, cli)
}

export const listAccess: Action = async (given, { api, output }) => {
  const state = textOf(given, 'state') as 'all' | undefined
  const list = await (await api()).call('accessRequests', optional('state', state))
  await output.answer(list, () =>
    list.requests.length === 0
      ? 'There are no such requests.'
      : [
          output.table(
            ['Id', 'State', 'Who', 'Table', 'Purpose', 'Waits for', 'Until'],
            list.requests.map(r => [
              r.id,
              r.grant?.revoked === undefined ? r.state : 'revoked',
              r.who,
              r.table,
              r.purpose,
              r.waitsForPeople ?? '',
              r.grant?.until.slice(0, 10) ?? '',
            ]),
          ),
          ...toAnswer(list.requests),
        ].join('\n'),
  )
  return 0
}

/** The lines to paste for what waits for the person who looks: of many, the first. */
function toAnswer(requests: readonly AccessRequestShape[]): readonly string[] {
  const mine = requests.filter(r => r.mayAnswer === true)
  if (mine.length === 0) return []
  return [
    `${countOf(mine.length, 'waits', 'wait')} for you:`,
    ...mine.slice(0, 3).map(r => `  meshwright access approve ${r.id}`),
  ]
}

export const showAccess: Action = async (given, cli) =>
  answered(await (await cli.api()).call('accessRequest', { id: needed(given, 'id') }), cli)

const answering =
  (answer: 'approve' | 'reject' | 'withdraw'): Action =>
  async (given, cli) =>
    answered(
      await (
        await cli.api()
      ).call('answerAccess', {
        id: needed(given, 'id'),
        answer,
        ...optional('reason', textOf(given, 'reason')),
      }),
      cli,
    )

export const approveAccess = answering('approve')
export const rejectAccess = answering('reject')
export const withdrawAccess = answering('withdraw')

export const revokeAccess: Action = async (given, cli) =>
  answered(
    await (
      await cli.api()
    ).call('revokeAccess', {
      id: needed(given, 'id'),
      ...optional('reason', textOf(given, 'reason')),
    }),
    cli,
  )

async function answered(request: AccessRequestShape, { output }: Cli): Promise<number> {
  await output.answer(request, () => requestLines(request).join('\n'))
  return 0
}

function requestLines(r: AccessRequestShape): readonly string[] {
  const before = `This was asked for before, at ${r.at}, for ${countOf(r.days, 'day')}: nothing has changed. To ask for something else, withdraw it first: meshwright access withdraw ${r.id}`
  const columns = r.columns === undefined ? 'all columns' : r.columns.join(', ')
  return [
    `${r.id}: ${r.who} asks for ${r.table} (${columns}), purpose ${r.purpose}, ${countOf(r.days, 'day')}`,
    ...(r.stood === true
      ? [r.state === 'requested' ? before : `This was asked for before, at ${r.at}, and stands.`]
      : []),
    ...(r.rows === undefined ? [] : [`only rows where ${r.rows}`]),
    ...(r.reason === undefined ? [] : [`because: ${r.reason}`]),
    ...r.answers.map(a => `${a.answer} by ${a.by} as ${a.approver}${a.reason === undefined ? '' : `: ${a.reason}`}`),
    ...(r.approvedByRule === undefined ? [] : [`approved by the rule ${r.approvedByRule}`]),
    ...(r.grant === undefined
      ? []
      : [`granted until ${r.grant.until}${r.grant.revoked === undefined ? '' : `, revoked at ${r.grant.revoked}`}`]),
    ...(r.waitsFor.length === 0
      ? []
      : [
          `waits for ${r.waitsForPeople ?? r.waitsFor.join(', ')}${r.mayAnswer === true ? ', so for you:' : ', to be approved with:'}`,
          `  meshwright access approve ${r.id}`,
        ]),
    ...(r.state === 'rejected' || r.state === 'withdrawn' ? [`It was ${r.state}.`] : []),
  ]
}
