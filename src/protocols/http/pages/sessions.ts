import { newSecret } from '../../../base/index.ts'

/** Browsers that signed in: cookie value → token. In memory only, so a restart signs everybody out. */
export interface Sessions {
  begin(token: string): string
  tokenOf(id: string): string | undefined
  end(id: string): void
}

const lastsMs = 12 * 3_600_000
const sessionsMax = 10_000

export function openSessions(now: () => number): Sessions {
  const sessions = new Map<string, { readonly token: string; readonly until: number }>()
  return {
    begin(token) {
      for (const [id, { until }] of sessions) if (until <= now() || sessions.size >= sessionsMax) sessions.delete(id)
      const id = newSecret('ses')
      sessions.set(id, { token, until: now() + lastsMs })
      return id
    },
    tokenOf(id) {
      const session = sessions.get(id)
      return session === undefined || session.until <= now() ? undefined : session.token
    },
    end: id => void sessions.delete(id),
  }
}

export const sessionCookie = 'meshwright_session'

/** HttpOnly keeps it from scripts, SameSite=Strict from other sites; it names a session, never a token. */
export const cookieOf = (id: string, secure: boolean): string =>
  `${sessionCookie}=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${id === '' ? 0 : lastsMs / 1000}${secure ? '; Secure' : ''}`
