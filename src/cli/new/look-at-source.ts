import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { MeshError, nearest } from '../../base/index.ts'
import { formatOfName } from '../../scaffold/index.ts'
import { textOf, type Cli, type Given } from '../command.ts'
import { whyNot } from '../file-trouble.ts'
import { lookAtFile } from './look-at-file.ts'
import { lookAtQuery, lookAtTable } from './look-at-mesh.ts'
import type { Look } from './look.ts'
import type { MeshView } from './mesh-view.ts'

/** Looks at what `--from` or `--from-query` names: a file, a table of the mesh, or a statement. */
export async function lookAtSource(given: Given, product: string, view: MeshView, cli: Cli): Promise<Look> {
  const [from, query] = [textOf(given, 'from'), textOf(given, 'from-query')]
  if (from !== undefined && query !== undefined) {
    throw new MeshError('usage.invalid', 'A product is made from one thing: --from and --from-query are two.', {
      fix: 'Leave one of them out.',
    })
  }
  if (query !== undefined) return lookAtQuery(await statementOf(query, cli), view, cli)
  if (from === undefined) {
    throw new MeshError('usage.invalid', 'Say what the product is made of.', {
      fix: 'Write it as: meshwright new product DOMAIN/NAME --from FILE, or --from domain.table, or --from-query SQL',
    })
  }
  const path = resolve(cli.effects.cwd, from)
  const found = await stat(path).catch(() => undefined)
  if (formatOfName(from) === undefined && otherKinds.test(from)) {
    throw new MeshError('usage.invalid', `${from} is of a kind that is not read here.`, {
      fix: 'Save it as .csv, .json or .parquet and name that.',
    })
  }
  if (found === undefined && /^[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*$/.test(from) && formatOfName(from) === undefined) {
    return lookAtTable(from, view, cli)
  }
  if (found === undefined) throw await noSuchFile(from, path)
  if (!found.isFile() && !found.isDirectory()) throw new MeshError('usage.invalid', `${from} is no file.`)
  if (found.isDirectory()) {
    throw new MeshError('usage.invalid', `${from} is a folder; a product is made from one file of it at first.`, {
      fix: 'Name one file; a path with * in build.yaml reads more of the same kind later.',
    })
  }
  return lookAtFile(path, from, found.size, product, view.known)
}

/** Endings that look like the name of a table, and are none. */
const otherKinds =
  /\.(xlsx?|xlsm|ods|xml|avro|orc|arrow|feather|sqlite3?|db|duckdb|zip|tar|gz|zst|pdf|html?|yaml|yml|md|sql)$/i

async function noSuchFile(from: string, path: string): Promise<MeshError> {
  const beside = await readdir(dirname(path)).catch(() => [])
  const near = nearest(basename(path), beside)
  return new MeshError('source.not-found', `There is no file ${from}.`, {
    fix: near === undefined ? 'Check the path, which begins where you are.' : `Did you mean ${near}?`,
  })
}

async function statementOf(given: string, { effects }: Cli): Promise<string> {
  if (given === '-') return effects.stdin.text()
  if (!/\.sql$/i.test(given)) return given
  const path = resolve(effects.cwd, given)
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    throw new MeshError('source.not-found', `${given} cannot be read: ${whyNot(thrown)}.`, { cause: thrown })
  }
}
