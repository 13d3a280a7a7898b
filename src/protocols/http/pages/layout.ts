import { html, type Html } from './html.ts'

/** The frame around every page. `who` is shown with a way out. */
export const layout = (title: string, who: string | undefined, body: Html): string =>
  `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Meshwright</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <header>
          <a href="/">Meshwright</a>
          ${
            who === undefined
              ? undefined
              : html`<span class="who"
                  >${who}
                  <form class="inline" method="post" action="/signout">
                    <button class="plain">sign out</button>
                  </form></span
                >`
          }
        </header>
        <main>${body}</main>
        <footer>Every answer has a receipt. <a href="/api/openapi.json">API</a></footer>
      </body>
    </html> `.text
  }`

/** On every page: no script, nothing from elsewhere, never inside a frame. */
export const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const
