import { getCookie } from 'hono/cookie'
import { MeshError } from '../../../base/index.ts'
import type { Caller } from '../../../operations/index.ts'
import type { App, AppContext } from '../operations-app.ts'
import { fixedHeaders } from '../problem.ts'
import { credentialsOf } from '../query-door.ts'
import { readBody } from '../read-body.ts'
import { callerOf } from '../sign-in.ts'
import type { HttpWorld } from '../world.ts'
import type { Html } from './html.ts'
import { layout, pageHeaders } from './layout.ts'
import { meshPage } from './mesh-page.ts'
import { productPage } from './product-page.ts'
import { refusalPage } from './refusal-page.ts'
import { receiptPage } from './receipt-page.ts'
import { cookieOf, openSessions, sessionCookie } from './sessions.ts'
import { signInPage } from './sign-in-page.ts'
import { style } from './style.ts'

/** Plain pages of what has an address: the mesh, a product, a receipt. They show what the API says to the same person. */
export function addPages(app: App, world: HttpWorld): void {
  const sessions = openSessions(() => world.rooms.clock().getTime())
  const secure = () => world.rooms.url().startsWith('https:')

  function callerBehind(c: AppContext): Caller | undefined {
    const token = sessions.tokenOf(getCookie(c, sessionCookie) ?? '')
    const credentials = credentialsOf(c.env.incoming)
    if (credentials.authorization !== undefined) return callerOf(world.authenticate, credentials)
    if (token === undefined || world.authenticate(token) === undefined) return undefined
    return callerOf(world.authenticate, { authorization: `Bearer ${token}` })
  }

  /** A page for whoever is signed in; everybody else gets the form, and comes back here. */
  function page(path: string, content: (c: AppContext, caller: Caller) => Promise<{ title: string; body: Html }>) {
    app.get(path, async c => {
      c.set('route', path)
      try {
        const caller = callerBehind(c)
        if (caller === undefined) return shown('Sign in', undefined, signInPage(c.req.path), 401)
        const { title, body } = await content(c, caller)
        return shown(title, caller.principal.id, body)
      } catch (thrown) {
        if (!(thrown instanceof MeshError)) throw thrown
        const { body, status } = refusalPage(thrown)
        return shown('No', undefined, body, status)
      }
    })
  }

  page('/', (c, caller) => meshPage(world.rooms, caller, c.req.query('q') ?? ''))
  page('/p/:domain/:product', (c, caller) =>
    productPage(world.rooms, caller, `${c.req.param('domain') ?? ''}.${c.req.param('product') ?? ''}`),
  )
  page('/r/:receipt', (c, caller) => receiptPage(world.rooms, caller, c.req.param('receipt') ?? ''))

  app.get('/style.css', () => new Response(style, { headers: { ...fixedHeaders, ...styleHeaders } }))
  app.get('/signin', () => shown('Sign in', undefined, signInPage('/')))
  app.post('/signin', async c => {
    requireOwnOrigin(c)
    const form = new URLSearchParams((await readBody(c.env.incoming, 4096)).toString('utf8'))
    const token = (form.get('token') ?? '').trim()
    const to = localPath(form.get('to'))
    if (world.authenticate(token) === undefined) {
      return shown('Sign in', undefined, signInPage(to, 'This token is not known, is over or was revoked.'), 401)
    }
    return redirected(to, cookieOf(sessions.begin(token), secure()))
  })
  app.post('/signout', c => {
    requireOwnOrigin(c)
    sessions.end(getCookie(c, sessionCookie) ?? '')
    return redirected('/', cookieOf('', secure()))
  })
}

const styleHeaders = { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'max-age=300' }

const shown = (title: string, who: string | undefined, body: Html, status = 200) =>
  new Response(layout(title, who, body), { status, headers: { ...fixedHeaders, ...pageHeaders } })

const redirected = (to: string, cookie: string) =>
  new Response(null, { status: 303, headers: { ...fixedHeaders, Location: to, 'Set-Cookie': cookie } })

/** A form of another site is refused, cookie or not (browsers send `Origin` with every POST). */
function requireOwnOrigin(c: AppContext): void {
  const { origin, host } = c.env.incoming.headers
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host === host) return
  throw new MeshError('request.invalid', 'The form was not sent by a page of this server.')
}

/** A path on this server and nothing else. */
const localPath = (to: string | null): string => (to !== null && /^\/(?![/\\])[\u0021-\u007e]*$/.test(to) ? to : '/')
