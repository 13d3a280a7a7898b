/** A DuckDB type text taken apart: what stands in the type's own place, and what it contains. */
export type DuckType =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'list'; readonly element: DuckType }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly type: DuckType }[] }
  | { readonly kind: 'map'; readonly key: DuckType; readonly value: DuckType }
  | { readonly kind: 'other' }

/**
 * Parses what DESCRIBE prints: `STRUCT("a b" INTEGER, l VARCHAR[])[]`, `MAP(VARCHAR, DECIMAL(9,2))`. Arrays of fixed
 * length, enums, unions and whatever else it does not know come back as `other`.
 */
export function parseDuckType(text: string): DuckType {
  const scanner: Scanner = { text, at: 0 }
  const type = parseType(scanner)
  skipSpace(scanner)
  return scanner.at === text.length ? type : other
}

interface Scanner {
  readonly text: string
  at: number
}

const other: DuckType = { kind: 'other' }

function parseType(scanner: Scanner): DuckType {
  let type = parseUnit(scanner)
  for (;;) {
    const suffix = take(scanner, /\s*\[(\d*)\]/y)
    if (suffix === undefined) return type
    type = suffix.includes('[]') ? { kind: 'list', element: type } : other
  }
}

function parseUnit(scanner: Scanner): DuckType {
  skipSpace(scanner)
  if (take(scanner, /STRUCT\s*\(/iy) !== undefined) return parseStruct(scanner)
  if (take(scanner, /MAP\s*\(/iy) !== undefined) {
    const key = parseType(scanner)
    if (take(scanner, /\s*,/y) === undefined) return other
    const value = parseType(scanner)
    return take(scanner, /\s*\)/y) === undefined ? other : { kind: 'map', key, value }
  }
  const name = take(scanner, /[A-Za-z_][A-Za-z0-9_]*(?:\s+(?:WITH|TIME|ZONE|PRECISION))*/iy)
  if (name === undefined) return other
  const inBrackets = take(scanner, /\s*\([\d\s,]*\)/y) ?? ''
  return {
    kind: 'scalar',
    name: (name + inBrackets)
      .toUpperCase()
      .replace(/\s+/g, ' ')
      .replace(/ ?([(),]) ?/g, '$1'),
  }
}

function parseStruct(scanner: Scanner): DuckType {
  const fields: { name: string; type: DuckType }[] = []
  do {
    skipSpace(scanner)
    const name = take(scanner, /"(?:[^"]|"")*"|[A-Za-z_][A-Za-z0-9_]*/y)
    if (name === undefined) return other
    fields.push({
      name: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
      type: parseType(scanner),
    })
  } while (take(scanner, /\s*,/y) !== undefined)
  return take(scanner, /\s*\)/y) === undefined ? other : { kind: 'struct', fields }
}

function take(scanner: Scanner, sticky: RegExp): string | undefined {
  sticky.lastIndex = scanner.at
  const match = sticky.exec(scanner.text)
  if (match === null) return undefined
  scanner.at = sticky.lastIndex
  return match[0]
}

const skipSpace = (scanner: Scanner): void => void take(scanner, /\s+/y)
