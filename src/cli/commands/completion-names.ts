import { MeshError } from '../../base/index.ts'
import { openApi, type Api } from '../api.ts'
import { namedKinds, needed, textOf, type Action, type NamedKind } from '../command.ts'
import { currentLogin } from '../login-store.ts'

/** Somebody waits with a finger on the key. */
const patienceMs = 1_000
const namesMax = 500

/** One name a line. A shell that completes a word has no place for a refusal, so whatever goes wrong is no name. */
export const completionNames: Action = async (given, { effects, output }) => {
  const kinds = kindsOf(needed(given, 'kinds'))
  const begin = textOf(given, 'begin') ?? ''
  const signal = AbortSignal.timeout(patienceMs)
  const timed: typeof fetch = (url, init) => effects.fetch(url, { ...init, signal })
  const names = await namesIn(kinds, begin, async () => openApi(await currentLogin(effects), { fetch: timed }))
  if (output.json) await output.answer({ names }, () => '')
  else await output.raw(names.map(name => `${name}\n`).join(''))
  return 0
}

function kindsOf(written: string): readonly NamedKind[] {
  return written.split(',').map(word => {
    const kind = namedKinds.find(k => k === word)
    if (kind !== undefined) return kind
    throw new MeshError('usage.invalid', `${word} is no kind of name.`, { fix: `There are: ${namedKinds.join(', ')}.` })
  })
}

async function namesIn(
  kinds: readonly NamedKind[],
  begin: string,
  openApiNow: () => Promise<Api>,
): Promise<readonly string[]> {
  try {
    const api = await openApiNow()
    const found = await Promise.all(kinds.map(kind => namesOf(api, kind, begin)))
    return [...new Set(found.flat())].filter(name => name.toLowerCase().startsWith(begin.toLowerCase())).sort()
  } catch {
    return [] // no server, no login, no time
  }
}

async function namesOf(api: Api, kind: NamedKind, begin: string): Promise<readonly string[]> {
  const all = await api.call('find', { q: '', kind, limit: namesMax })
  // Of very many only those that the search finds by what is written so far.
  const isPart = all.total > all.results.length && begin !== ''
  const { results } = isPart ? await api.call('find', { q: begin, kind, limit: namesMax }) : all
  return results.map(({ id }) => id)
}
