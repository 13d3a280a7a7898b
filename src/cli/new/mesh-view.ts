import { MeshError } from '../../base/index.ts'
import type { Known, KnownIdentifier } from '../../scaffold/index.ts'
import { readWorkspace, withoutSurroundings } from '../../spec/index.ts'
import type { Api } from '../api.ts'
import type { Cli } from '../command.ts'
import { optional } from '../number-of.ts'
import { Refusal } from '../refusal.ts'
import { meshTextAround } from './find-place.ts'

/** What `new` knows of the mesh: from its server where one answers, else from the folder. */
export interface MeshView {
  readonly known: Known
  /** Who becomes product owner of a new domain. */
  readonly person?: string
  readonly server?: ServerView
}

export interface ServerView {
  readonly api: Api
  readonly domains: readonly string[]
  readonly purposes: readonly string[]
  /** Of the person, by domain. */
  readonly roles: Readonly<Record<string, readonly string[]>>
}

const answerWithinMs = 3000

export async function meshView(cli: Cli): Promise<MeshView> {
  return (await fromServer(cli)) ?? fromFolder(cli.effects.cwd)
}

/** Undefined where nobody answers or nobody is signed in: a file needs no server. */
async function fromServer(cli: Cli): Promise<MeshView | undefined> {
  try {
    const api = await cli.api()
    const asked = Promise.all([api.call('whoami', {}), api.call('mesh', {})])
    const answer = await soon(asked)
    if (answer === undefined) return undefined
    const [who, mesh] = answer
    return {
      known: { classes: mesh.classes, defaultClass: mesh.defaultClass, identifiers: mesh.identifiers.map(asKnown) },
      ...(who.kind === 'person' ? { person: who.id } : {}),
      server: { api, domains: mesh.domains.map(d => d.id), purposes: mesh.purposes.map(p => p.id), roles: who.roles },
    }
  } catch (thrown) {
    if (thrown instanceof Refusal || thrown instanceof MeshError) return undefined
    throw thrown
  }
}

const asKnown = ({
  id,
  is,
  pattern,
  person,
}: { readonly [K in keyof KnownIdentifier]: KnownIdentifier[K] | undefined } & {
  readonly id: string
}): KnownIdentifier => ({
  id,
  ...optional('is', is),
  ...optional('pattern', pattern),
  ...optional('person', person),
})

/** A server that does not answer soon is none. */
async function soon<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), answerWithinMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}

async function fromFolder(cwd: string): Promise<MeshView> {
  const text = await meshTextAround(cwd)
  const read = text === undefined ? undefined : readWorkspace([{ path: 'mesh.yaml', text }], [], withoutSurroundings)
  const { classes, defaultClass, identifiers } = read?.mesh ?? withoutSurroundings.settings
  const known = {
    classes: classes.map(c => c.id),
    defaultClass,
    identifiers: Object.entries(identifiers).map(([id, identifier]) => asKnown({ id, ...identifier })),
  }
  // Nobody is named: who publishes the domain first becomes its product owner. A guess, as the address that git knows, would
  // give it to somebody whom the mesh may call otherwise.
  return { known }
}
