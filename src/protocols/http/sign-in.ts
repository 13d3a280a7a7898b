import { MeshError } from '../../base/index.ts'
import type { Caller } from '../../operations/index.ts'
import type { HttpWorld, SignedIn } from './world.ts'

export interface Credentials {
  readonly authorization?: string | undefined
  readonly purpose?: string | undefined
  readonly onBehalfOf?: string | undefined
}

/** Who calls, by the tokens of a request and nothing else: no other header can name anybody. */
export function callerOf(
  authenticate: HttpWorld['authenticate'],
  { authorization, purpose, onBehalfOf }: Credentials,
  signal?: AbortSignal,
): Caller {
  const own = signedIn(authenticate, bearerOf(authorization), 'token')
  const { principal, tokenPurpose, tokenUntil } =
    onBehalfOf === undefined ? alone(own) : joined(authenticate, own, onBehalfOf)
  return {
    principal,
    door: 'http',
    ...(tokenPurpose === undefined ? {} : { tokenPurpose }),
    ...(tokenUntil === undefined ? {} : { tokenUntil }),
    ...(purpose === undefined || purpose === '' ? {} : { headerPurpose: purpose }),
    ...(signal === undefined ? {} : { signal }),
  }
}

/** An agent acts for a person: alone it may look around, and neither read data nor change anything. */
export function requirePerson({ principal }: Caller): void {
  if (principal.kind !== 'agent' || principal.onBehalfOf !== undefined) return
  throw new MeshError(
    'auth.required',
    `The agent ${principal.id} acts on behalf of a person, and the request names none.`,
    {
      fix: "Add the header Meshwright-On-Behalf-Of with the person's token.",
    },
  )
}

type Who = Pick<Caller, 'principal' | 'tokenPurpose' | 'tokenUntil'>

const alone = ({ principal, purpose, until }: SignedIn): Who => ({
  principal,
  ...(purpose === undefined ? {} : { tokenPurpose: purpose }),
  ...(until === undefined ? {} : { tokenUntil: until }),
})

function joined(authenticate: HttpWorld['authenticate'], agent: SignedIn, personToken: string): Who {
  if (agent.principal.kind !== 'agent') {
    throw new MeshError('auth.invalid', `${agent.principal.id} is no agent, so it cannot act on behalf of somebody.`, {
      fix: 'Leave the header Meshwright-On-Behalf-Of out.',
    })
  }
  const person = signedIn(authenticate, personToken, 'token of the person')
  if (person.principal.kind !== 'person') {
    throw new MeshError('auth.invalid', `An agent acts on behalf of a person, and ${person.principal.id} is none.`)
  }
  if (agent.purpose !== undefined && person.purpose !== undefined && agent.purpose !== person.purpose) {
    throw new MeshError(
      'purpose.mismatch',
      `The agent's token is bound to the purpose ${agent.purpose}, and the person's to ${person.purpose}.`,
    )
  }
  const purpose = agent.purpose ?? person.purpose
  const [until] = [agent.until, person.until].filter(each => each !== undefined).sort()
  return alone({
    principal: { ...agent.principal, onBehalfOf: person.principal },
    ...(purpose === undefined ? {} : { purpose }),
    ...(until === undefined ? {} : { until }),
  })
}

function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined) throw new MeshError('auth.required', 'The request carries no token.')
  const match = /^bearer +([\u0021-\u007e]{1,512})$/i.exec(authorization)
  if (match === null) {
    throw new MeshError('auth.invalid', 'The header Authorization is not of the form: Bearer TOKEN')
  }
  return match[1]!
}

function signedIn(authenticate: HttpWorld['authenticate'], token: string, what: string): SignedIn {
  const found = authenticate(token)
  if (found === undefined) throw new MeshError('auth.invalid', `The ${what} is not known, is over or was revoked.`)
  return found
}
