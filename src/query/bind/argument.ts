/** The type of an argument as the bound plan says it, casts included. */
export interface Argument {
  readonly id: string
  readonly width?: number
  readonly scale?: number
  /** The same for every row, and proven to be made without an error. */
  readonly isConstant: boolean
  /** Of a literal, casts left out. */
  readonly literal?: string
  /** Bound of the absolute value of a constant: of numbers as they are, of dates and intervals in days. */
  readonly reach?: number
}

export const isFloat = (a: Argument): boolean => a.id === 'DOUBLE' || a.id === 'FLOAT'
export const isDecimal = (a: Argument): boolean => a.id === 'DECIMAL'

const nested: ReadonlySet<string> = new Set('STRUCT LIST ARRAY MAP UNION VARIANT BIGNUM GEOMETRY TYPE'.split(' '))

/** One value that holds no others, of a type whose every value has a text. */
export const isPlain = (a: Argument): boolean => !nested.has(a.id)

/** Lists of names are written as running text, for the reader's sake. */
export const names = (text: string): readonly string[] => text.trim().split(/\s+/)
