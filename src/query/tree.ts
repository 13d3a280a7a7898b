/** A JSON number kept as the text that the engine wrote: it may not fit a JavaScript number. */
export class Num {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** The engine's syntax tree, as `json_serialize_sql` gives it, losslessly. */
export type Tree = null | boolean | string | Num | readonly Tree[] | { readonly [key: string]: Tree }
