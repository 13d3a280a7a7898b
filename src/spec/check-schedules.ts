import { hasErrors, nearest } from '../base/index.ts'
import { foldAscii } from '../mesh/index.ts'
import { formatPath } from './document-place.ts'
import { mapsOf } from './plain.ts'
import type { ReadProduct } from './read-products.ts'
import type { Reporter } from './reporter.ts'
import type { Surroundings } from './workspace.ts'

/** What a schedule waits for must be there: in the documents, or in the mesh where that is known. */
export function checkSchedules(read: readonly ReadProduct[], { hasTable }: Pick<Surroundings, 'hasTable'>): void {
  const promised = read.flatMap(({ tables }) => tables)
  const known = new Set(promised.map(foldAscii))
  // What cannot be read may promise any table.
  const isWhole = read.every(
    ({ parts }) => parts.complete && parts.ports.every(({ contract }) => isSound(contract.report)),
  )
  for (const { tables, parts } of read) {
    const { build } = parts
    if (build === undefined) continue
    const own = new Set(tables.map(foldAscii))
    afterOf(build).forEach(([i, table]) => {
      const path = ['schedule', 'after', i]
      if (own.has(foldAscii(table))) {
        const message = `The product would run after its own table ${table}, and so without end.`
        build.error('build.after-own', path, message, 'Name a table that it reads, or take it out.')
      } else if (!known.has(foldAscii(table)) && isWhole && hasTable?.(table) !== true) {
        const near = nearest(table, promised)
        const fix = near === undefined ? 'Mend the name, or publish that product first.' : `Did you mean ${near}?`
        const code = 'build.after-unknown'
        if (hasTable !== undefined)
          build.error(code, path, `The schedule waits for ${table}, which does not exist.`, fix)
        else {
          const what = `The schedule waits for ${table}, which none of the documents promises: plan says whether the mesh has it.`
          build.warning(code, path, what, fix)
        }
      }
    })
  }
}

const isSound = ({ issues }: Reporter): boolean => !hasErrors(issues)

/** Each table with its place in the list; without what the notation refuses anyway. */
function afterOf({ document, issues }: Reporter): readonly (readonly [number, string])[] {
  const { after } = mapsOf(mapsOf(document.value).schedule)
  const isTold = (i: number) => issues.some(({ path }) => path === formatPath(['schedule', 'after', i]))
  return (Array.isArray(after) ? after : []).flatMap((table: unknown, i) =>
    typeof table === 'string' && !isTold(i) ? [[i, table] as const] : [],
  )
}
