import { html, type Html } from './html.ts'

/** The frame around every page. `who` is shown with a way out. */
export function layout(title: string, who: string | undefined, body: Html): string {
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title} · Meshwright</title>
      <link rel="stylesheet" href="/style.css" />
      <link rel="icon" href="data:," />
    </head>
    <body>
      <header><a href="/">Meshwright</a>${who === undefined ? undefined : signedIn(who)}</header>
      <main>${body}</main>
      <footer>Every answer has a receipt. <a href="/api/openapi.json">API</a></footer>
    </body>
  </html>`
  return `<!doctype html>\n${page.text}\n`
}

const signedIn = (who: string): Html => html`
  <form class="who" method="post" action="/signout">${who} <button class="plain">sign out</button></form>
`

/** On every page: no script, nothing from elsewhere, never inside a frame. */
export const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const
