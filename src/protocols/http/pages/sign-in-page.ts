import { html, type Html } from './html.ts'

export const signInPage = (to: string, problem?: string): Html => html`
  <h1>Sign in</h1>
  <p class="lead">
    Paste a token. It goes to this server only, and a cookie without it keeps you signed in for twelve hours.
  </p>
  ${problem === undefined ? undefined : html`<p class="warn" role="alert">${problem}</p>`}
  <form method="post" action="/signin">
    <input type="hidden" name="to" value="${to}" />
    <label for="token">Token</label>
    <input id="token" name="token" type="password" autocomplete="current-password" required autofocus />
    <button>Sign in</button>
  </form>
  <p class="quiet">
    The first token was printed by <code>meshwright up</code>; more are made by
    <code>meshwright token create --for YOU</code>.
  </p>
`
