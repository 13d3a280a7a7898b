/** DuckDB's text of a type as a tree: structs and lists taken apart, everything else a leaf. */
export type TypeTree =
  | { readonly kind: 'leaf'; readonly type: string }
  | { readonly kind: 'list'; readonly element: TypeTree }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly type: TypeTree }[] }

export function typeTree(text: string): TypeTree {
  const type = text.trim()
  const list = /^(.*)\[\d*\]$/s.exec(type)
  if (list !== null) return { kind: 'list', element: typeTree(list[1]!) }
  if (!type.startsWith('STRUCT(') || !type.endsWith(')')) return { kind: 'leaf', type }
  const fields = membersOf(type.slice('STRUCT('.length, -1)).map(fieldOf)
  // A struct without names is a row of a file that has none; as a leaf it is kept as JSON.
  return fields.every(field => field !== undefined) ? { kind: 'struct', fields } : { kind: 'leaf', type }
}

function fieldOf(member: string): { readonly name: string; readonly type: TypeTree } | undefined {
  const quoted = /^"((?:[^"]|"")*)"\s+(.+)$/s.exec(member)
  if (quoted !== null) return { name: quoted[1]!.replaceAll('""', '"'), type: typeTree(quoted[2]!) }
  const plain = /^([A-Za-z_]\w*)\s+(.+)$/s.exec(member)
  return plain === null ? undefined : { name: plain[1]!, type: typeTree(plain[2]!) }
}

/** Splits at commas outside parentheses and quotes. */
function membersOf(text: string): readonly string[] {
  const members: string[] = []
  let [depth, start] = [0, 0]
  let quoted: string | undefined
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (quoted !== undefined) quoted = char === quoted ? undefined : quoted
    else if (char === '"' || char === "'") quoted = char
    else if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === ',' && depth === 0) {
      members.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  members.push(text.slice(start).trim())
  return members
}
