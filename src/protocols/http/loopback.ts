import { MeshError } from '../../base/index.ts'

/** Whether only programs of this machine can connect to an address. */
export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i.test(host)

/** The name in a Host header or a URL, without its port. */
const nameIn = (host: string): string => host.replace(/:\d*$/, '').toLowerCase()

/** Whether whoever asked named this machine as itself. */
export const namesLoopback = (host: string | undefined): boolean => host === undefined || isLoopback(nameIn(host))

/**
 * A page of anywhere may let its own name resolve to this machine and then read, in somebody's browser, what answers
 * without a token. Its requests carry that name: on loopback, only this machine's names and that of `url` are answered.
 */
export function requireKnownHost(host: string | undefined, url: string): void {
  if (namesLoopback(host) || (URL.canParse(url) && nameIn(host ?? '') === nameIn(new URL(url).host))) return
  throw new MeshError('request.invalid', 'The header Host names another server than this one.', {
    fix: 'Call it by localhost, or set http.url to the address under which people reach it.',
  })
}
