import { limits, MeshError } from '../base/index.ts'
import { bindError, pivotWithoutValues } from './errors/bind-error.ts'
import { runError } from './errors/run-error.ts'
import { EngineError, type Engine } from './needs.ts'
import { parseTree } from './parse-tree.ts'
import { placeOf } from './text/places.ts'
import { tokensOf } from './text/tokens.ts'
import { isNode, listOf, nodeOf, textOf } from './tree-access.ts'
import { Num, type Tree } from './tree.ts'

/** The tree of exactly one SELECT, by the engine's own parser: what is walked is what runs. */
export async function parseStatement(engine: Engine, sql: string): Promise<Tree> {
  if (Buffer.byteLength(sql) > limits.sqlBytesMax) {
    throw new MeshError('request.too-large', `A statement has at most ${limits.sqlBytesMax} bytes.`, {
      fix: 'Put long lists of values into parameters or a table.',
    })
  }
  // The engine stops reading at a NUL, so that what runs would not be what was walked.
  if (sql.includes('\0'))
    throw new MeshError('sql.parse', 'The statement holds a NUL character.', {
      fix: 'Remove it.',
      context: placeAt(sql, sql.indexOf('\0')),
    })
  const root = nodeOf(parseTree(await parsed(engine, sql)), 'the statement')
  if (root['error'] === true)
    throw refusal(textOf(root, 'error_type'), textOf(root, 'error_message'), root['position'], sql)
  const statements = listOf(root, 'statements')
  if (statements.length === 0) {
    throw new MeshError('sql.parse', 'There is no statement in the text.', {
      fix: 'Write one SELECT.',
      context: { line: 1, column: 1 },
    })
  }
  if (statements.length > 1) throw onlyOne(sql)
  return statements[0]!
}

async function parsed(engine: Engine, sql: string): Promise<string> {
  try {
    return await engine.parse(sql)
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) throw thrown
    if (thrown.kind === 'parse' || thrown.kind === 'bind')
      throw refusal(thrown.engineClass, thrown.message, thrown.position, sql)
    throw runError(thrown, { seesOnlyAuthorised: false })
  }
}

function refusal(kind: string, message: string, position: Tree | number | undefined, sql: string): MeshError {
  if (/not implemented/i.test(kind) || /Only SELECT|not supported|not implemented/i.test(message))
    return onlySelect(sql)
  const text = position instanceof Num ? position.text : position
  const offset = text === undefined || text === null || isNode(text as Tree) ? undefined : Number(text)
  const place = offset !== undefined && Number.isSafeInteger(offset) ? offset : undefined
  return bindError(new EngineError('parse', message, kind, place), sql, [])
}

const onlySelect = (sql: string): MeshError => {
  const word = /^[\s(]*([A-Za-z]+)/.exec(sql)?.[1]?.toUpperCase()
  const pivot = [...tokensOf(sql)].find(token => token.text.toUpperCase() === 'PIVOT')
  const isQuery = word === undefined || ['SELECT', 'WITH', 'FROM', 'PIVOT'].includes(word)
  if (isQuery && pivot !== undefined) return pivotWithoutValues(placeAt(sql, pivot.start))
  const what =
    word === undefined || word === 'SELECT' || word === 'WITH' || word === 'FROM' ? 'This form of statement' : word
  return new MeshError('sql.unsupported', `${what} is not let through: the gateway answers one SELECT at a time.`, {
    fix: 'Write one SELECT. What may be asked: meshwright show mesh',
    context: placeAt(sql, /[^\s(]/.exec(sql)?.index ?? 0),
  })
}

function onlyOne(sql: string): MeshError {
  const pieces = [...tokensOf(sql)]
  const second = pieces.find((piece, i) => piece.text !== ';' && pieces[i - 1]?.text === ';')
  const message = 'The text holds several statements: the gateway answers one SELECT at a time.'
  return new MeshError('sql.unsupported', message, {
    fix: 'Remove the semicolon and what follows it.',
    context: placeAt(sql, second?.start ?? 0),
  })
}

const placeAt = (sql: string, offset: number) => placeOf(sql, Buffer.byteLength(sql.slice(0, offset)))
