/** Text that is HTML already: only `html` makes it. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Part = Html | string | number | undefined | false | readonly Part[]

/** A template whose parts are escaped, whatever they hold; nothing of a mesh ever becomes markup. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(texts.map((text, i) => text + (i < parts.length ? rendered(parts[i]) : '')).join(''))

function rendered(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'string') return escaped(part)
  return typeof part === 'number' ? String(part) : part.map(rendered).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string) => text.replace(/[&<>"']/g, c => entities[c]!)

/** An address may only be one of ours or plain web; anything else shows as text (`javascript:` never links). */
export const link = (url: string, text: string): Html =>
  /^(?:https?:\/\/|mailto:|\/(?!\/))/i.test(url) ? html`<a href="${url}" rel="noreferrer">${text}</a>` : html`${text}`
