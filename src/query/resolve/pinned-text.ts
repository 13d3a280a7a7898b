import { quoteName } from '../../base/index.ts'
import { isList, isNode, locationOf, textOf } from '../tree-access.ts'
import { Num, type Tree } from '../tree.ts'
import { tokensOf, type Token } from '../text/tokens.ts'
import { offsetOfByte } from '../text/places.ts'

/** What becomes of one table reference: its AT goes, and its name where several versions are meant. */
export interface Rename {
  /** Offset of the reference, in UTF-8 bytes. */
  readonly location: number
  /** The relation's name instead of the table's, where it differs. */
  readonly name?: string
}

/**
 * The statement without its AT clauses, which views cannot say: cut out of the text and replaced by as much space, so
 * that places stay. A renamed table keeps its old name as alias. Undefined where a clause is written in a way that is
 * not understood; the caller parses the result again and compares it with `pinnedTree`.
 */
export function pinnedText(sql: string, renames: readonly Rename[]): string | undefined {
  let result = ''
  let at = 0
  for (const rename of [...renames].sort((a, b) => a.location - b.location)) {
    const start = offsetOfByte(sql, rename.location)
    const found = referenceAt(sql, start)
    if (found === undefined || start < at) return undefined
    const { lastName, hasAlias, clause } = found
    result += sql.slice(at, lastName.start)
    at = lastName.end
    result += rename.name === undefined ? lastName.text : quoteName(rename.name)
    if (rename.name !== undefined && !hasAlias) result += ` AS ${lastName.text}`
    if (clause !== undefined) {
      result += sql.slice(at, clause.start) + sql.slice(clause.start, clause.end).replace(/[^\n]/g, ' ')
      at = clause.end
    }
  }
  return result + sql.slice(at)
}

function referenceAt(sql: string, start: number) {
  const tokens = tokensOf(sql, start)
  let token = next(tokens)
  let lastName = token
  if (!isName(token)) return undefined
  for (token = next(tokens); token?.text === '.'; token = next(tokens)) {
    lastName = next(tokens)
    if (!isName(lastName)) return undefined
  }
  const isAt = (t: Token | undefined) => t?.kind === 'word' && t.text.toLowerCase() === 'at'
  let hasAlias = false
  if (token?.kind === 'word' && token.text.toLowerCase() === 'as') token = next(tokens)
  if (isName(token) && !isAt(token) && !(token.kind === 'word' && reserved.has(token.text.toLowerCase()))) {
    hasAlias = true
    token = next(tokens)
    if (token?.text === '(') token = afterBrackets(tokens)
  }
  if (!isAt(token)) return { lastName: lastName!, hasAlias, clause: undefined }
  const { start: from } = token!
  if (next(tokens)?.text !== '(') return undefined
  let depth = 1
  for (token = next(tokens); token !== undefined; token = next(tokens)) {
    if (token.text === '(') depth++
    if (token.text === ')' && --depth === 0) {
      return { lastName: lastName!, hasAlias, clause: { start: from, end: token.end } }
    }
  }
  return undefined
}

/** Words that may follow a table and are no alias of it; a mistake here shows when the result is parsed again. */
const reserved: ReadonlySet<string> = new Set(
  `where group having order limit offset qualify window join inner left right full cross natural positional asof semi anti on
   using union intersect except select from tablesample pivot unpivot fetch for`.split(/\s+/),
)

const isName = (token: Token | undefined): token is Token => token?.kind === 'word' || token?.kind === 'quoted'

function next(tokens: Generator<Token>): Token | undefined {
  const step = tokens.next()
  return step.done === true ? undefined : step.value
}

function afterBrackets(tokens: Generator<Token>): Token | undefined {
  let depth = 1
  for (let token = next(tokens); token !== undefined; token = next(tokens)) {
    if (token.text === '(') depth++
    if (token.text === ')' && --depth === 0) return next(tokens)
  }
  return undefined
}

/** The tree that `pinnedText` must give: the same statement with its references changed. */
export function pinnedTree(tree: Tree, renames: readonly Rename[]): Tree {
  const byLocation = new Map(renames.map(rename => [rename.location, rename]))
  return changed(tree)

  function changed(part: Tree): Tree {
    if (isList(part)) return part.map(changed)
    if (!isNode(part)) return part
    const entries = Object.entries(part).map(([field, value]) => [field, changed(value)] as const)
    const rename = textOf(part, 'type') === 'BASE_TABLE' ? byLocation.get(locationOf(part) ?? -1) : undefined
    if (rename === undefined) return Object.fromEntries(entries)
    const alias = textOf(part, 'alias')
    return {
      ...Object.fromEntries(entries),
      at_clause: null,
      ...(rename.name === undefined
        ? {}
        : { table_name: rename.name, alias: alias === '' ? textOf(part, 'table_name') : alias }),
    }
  }
}

/** Whether two trees say the same, wherever they say it. */
export function sameStatement(a: Tree | undefined, b: Tree | undefined): boolean {
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => sameStatement(item, b[i]))
  if (a instanceof Num) return b instanceof Num && a.text === b.text
  if (isNode(a)) {
    if (!isNode(b)) return false
    const fields = Object.keys(a)
    return (
      fields.length === Object.keys(b).length &&
      fields.every(
        field => Object.hasOwn(b, field) && (field === 'query_location' || sameStatement(a[field], b[field])),
      )
    )
  }
  return a === b
}
