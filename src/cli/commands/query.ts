import { createWriteStream } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { once } from 'node:events'
import { answerMediaTypes, type QueryAnswerShape } from '../../api/index.ts'
import { MeshError, messageOf } from '../../base/index.ts'
import { isOn, listOf, textOf, type Action, type Cli, type Given } from '../command.ts'
import { answerText } from '../answer-text.ts'
import { whyNot } from '../file-trouble.ts'
import { optional } from '../number-of.ts'
import { pointingAt } from '../pointing-at.ts'
import { explanationText } from '../explanation-text.ts'

type Format = 'table' | keyof typeof answerMediaTypes

export const query: Action = async (given, cli) => {
  if (isOn(given, 'explain') && (textOf(given, 'format') ?? textOf(given, 'output')) !== undefined) {
    throw new MeshError('usage.invalid', '--explain runs nothing, so there is no answer to write.', {
      fix: 'Leave out --explain, or --format and --output.',
    })
  }
  const body = {
    sql: await sqlOf(given, cli),
    params: listOf(given, 'param').map(paramOf),
    ...optional('purpose', textOf(given, 'purpose')),
    ...optional('at', textOf(given, 'at')),
  }
  if (isOn(given, 'explain')) {
    const api = await cli.api()
    const explanation = await api.call('explain', body).catch(thrown => {
      throw pointingAt(body.sql, thrown)
    })
    await cli.output.answer(explanation, () => explanationText(explanation, cli.output))
    return explanation['verdict'] === 'deny' ? 1 : 0
  }
  const format = formatOf(given, cli)
  const file = textOf(given, 'output')
  if (file === undefined && cli.effects.stdout.isTty && (format === 'parquet' || format === 'arrow')) {
    throw new MeshError('usage.invalid', `${format} is not for a terminal.`, { fix: `Add --output FILE.${format}` })
  }
  const response = await ask(body, format, given, cli).catch(thrown => {
    throw pointingAt(body.sql, thrown)
  })
  if (format === 'table') return showTable(response, cli)
  if (file !== undefined) await writeWhole(response, resolve(cli.effects.cwd, file))
  else for await (const chunk of bytesOf(response)) await cli.output.raw(chunk)
  if (format === 'json' && file === undefined) await cli.output.raw('\n')
  if (file !== undefined && cli.output.json) await cli.output.answer(writtenTo(file, response), () => '')
  else await noteHeaders(response, file, cli)
  return 0
}

async function ask(body: object, format: Format, given: Given, { api }: Cli): Promise<Response> {
  const person = textOf(given, 'on-behalf-of')
  return (await api()).send('/api/v1/query', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: answerMediaTypes[format === 'table' ? 'json' : format],
      ...(person === undefined ? {} : { 'Meshwright-On-Behalf-Of': person }),
    },
    body: JSON.stringify(body),
  })
}

async function showTable(response: Response, { output }: Cli): Promise<number> {
  const answer = JSON.parse(await wholeText(response)) as QueryAnswerShape
  await output.data(answer, () => answerText(answer, output))
  for (const { message } of answer.notices) await output.note(`notice: ${message}`)
  return 0
}

const noticesOf = ({ headers }: Response) =>
  JSON.parse(headers.get('meshwright-notices') ?? '[]') as readonly { readonly message: string }[]

const writtenTo = (file: string, response: Response) => ({
  file,
  notices: noticesOf(response),
  receipt: response.headers.get('meshwright-receipt'),
})

async function noteHeaders(response: Response, file: string | undefined, { output }: Cli): Promise<void> {
  if (output.json) return
  for (const { message } of noticesOf(response)) await output.note(`notice: ${message}`)
  const receipt = response.headers.get('meshwright-receipt')
  await output.note(`${file === undefined ? '' : `Wrote ${file}. `}Receipt: ${receipt ?? 'none'}`)
}

async function sqlOf(given: Given, cli: Cli): Promise<string> {
  const sql = await writtenSql(given, cli)
  if (sql.trim() === '') throw noStatement()
  return sql
}

const noStatement = () =>
  new MeshError('usage.invalid', 'There is no statement.', { fix: "Write it as: meshwright query 'select 1'" })

async function writtenSql(given: Given, { effects }: Cli): Promise<string> {
  const written = textOf(given, 'sql')
  if (written !== undefined && written !== '-') {
    return written.startsWith('@') ? statementIn(resolve(effects.cwd, written.slice(1)), written.slice(1)) : written
  }
  if (written === undefined && effects.stdin.isTty) throw noStatement()
  return effects.stdin.text()
}

async function statementIn(path: string, written: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    throw new MeshError('usage.invalid', `${written} cannot be read: ${whyNot(thrown)}.`, { cause: thrown })
  }
}

/** `5`, `true` and `null` are what they look like; everything else is text, `00501` too. */
function paramOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    const exact = typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)
    return exact && (value === null || typeof value !== 'object') ? value : text
  } catch {
    return text // not a JSON value
  }
}

const byExtension: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.parquet': 'parquet',
  '.arrow': 'arrow',
  '.arrows': 'arrow',
}

function formatOf(given: Given, { effects, output }: Cli): Format {
  const said = textOf(given, 'format') as Format | undefined
  if (said !== undefined) return said
  const file = textOf(given, 'output')
  if (file !== undefined) return byExtension[extname(file).toLowerCase()] ?? 'csv'
  return output.json ? 'json' : effects.stdout.isTty ? 'table' : 'csv'
}

async function* bytesOf(response: Response): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) yield chunk as Uint8Array
  } catch (thrown) {
    throw cutOff(thrown)
  }
}

async function wholeText(response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (thrown) {
    throw cutOff(thrown)
  }
}

const cutOff = (thrown: unknown) =>
  new MeshError(
    'server.unreachable',
    `The answer was cut off before its end (${messageOf(thrown)}); what arrived is not whole.`,
    {
      cause: thrown,
      fix: 'Ask again; the reason stands in the receipt and in the log of the server.',
    },
  )

/** Under its name a file is whole or not there. */
async function writeWhole(response: Response, path: string): Promise<void> {
  const part = `${path}.part`
  const file = createWriteStream(part)
  try {
    await once(file, 'open')
    for await (const chunk of bytesOf(response)) if (!file.write(chunk)) await once(file, 'drain')
    await new Promise<void>((done, fail) => file.end((error?: Error | null) => (error ? fail(error) : done())))
    await rename(part, path)
  } catch (thrown) {
    file.destroy()
    await rm(part, { force: true })
    if (thrown instanceof MeshError) throw thrown
    throw new MeshError('usage.invalid', `${path} cannot be written: ${whyNot(thrown)}.`, {
      cause: thrown,
      fix: 'Name a file in a folder that is there.',
    })
  }
}
