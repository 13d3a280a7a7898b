/**
 * A row condition of the portable subset as a tree that every engine can put in force alike. Policy parses the text of a
 * `filter` (and of a grant's `rows`) into it and binds attributes; the query room prints it for its engine.
 */
export type Condition =
  | { readonly kind: 'always' | 'never' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare'
      readonly op: '=' | '<>' | '<' | '<=' | '>' | '>='
      readonly left: Value
      readonly right: Value
    }
  | { readonly kind: 'between'; readonly value: Value; readonly low: Value; readonly high: Value }
  | { readonly kind: 'in'; readonly value: Value; readonly list: readonly Value[] }
  | { readonly kind: 'like'; readonly value: Value; readonly pattern: string }
  | { readonly kind: 'is-null'; readonly value: Value }
  /** A boolean column or function by itself. */
  | { readonly kind: 'true'; readonly value: Value }
  /** Rows of an entitlement table; inside, `column` is one of that table and `row-column` one of the governed table. */
  | { readonly kind: 'exists'; readonly schema: string; readonly table: string; readonly where: Condition }

export type Value =
  | { readonly kind: 'column'; readonly path: readonly string[] }
  | { readonly kind: 'row-column'; readonly path: readonly string[] }
  /** Before binding only. */
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }
  /** A number as it was written. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'date' | 'timestamp'; readonly text: string }
  | { readonly kind: 'null' }
  | {
      readonly kind: 'arithmetic'
      readonly op: '+' | '-' | '*' | '/' | '%'
      readonly left: Value
      readonly right: Value
    }
  | { readonly kind: 'call'; readonly name: PortableFunction; readonly arguments: readonly Value[] }

export const portableFunctions = ['lower', 'upper', 'length', 'trim', 'substring', 'coalesce', 'abs', 'concat'] as const
export type PortableFunction = (typeof portableFunctions)[number]
