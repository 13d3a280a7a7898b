/** DuckDB's text of a type as a tree: structs and lists taken apart, everything else a leaf. */
export type TypeTree =
  | { readonly kind: 'leaf'; readonly type: string }
  | { readonly kind: 'list'; readonly element: TypeTree }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly type: TypeTree }[] }

export function typeTree(text: string): TypeTree {
  const type = text.trim()
  if (type.endsWith('[]')) return { kind: 'list', element: typeTree(type.slice(0, -2)) }
  if (!type.startsWith('STRUCT(') || !type.endsWith(')')) return { kind: 'leaf', type }
  const fields = membersOf(type.slice('STRUCT('.length, -1)).map(member => {
    const quoted = /^"((?:[^"]|"")*)"\s+([\s\S]+)$/.exec(member)
    if (quoted !== null) return { name: quoted[1]!.replaceAll('""', '"'), type: typeTree(quoted[2]!) }
    const space = member.indexOf(' ')
    return { name: member.slice(0, space), type: typeTree(member.slice(space + 1)) }
  })
  return { kind: 'struct', fields }
}

/** Splits at commas outside parentheses and quotes. */
function membersOf(text: string): readonly string[] {
  const members: string[] = []
  let [depth, start, quoted] = [0, 0, false]
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '"') quoted = !quoted
    else if (quoted) continue
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
