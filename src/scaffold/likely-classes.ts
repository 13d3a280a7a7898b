import { snakeCase } from './column-name.ts'
import type { Known, KnownIdentifier } from './known.ts'
import { likelyClass, type LikelyClass } from './likely-class.ts'
import { membersOf } from './members-of.ts'
import type { StoredType } from './stored-type.ts'

export interface Looked {
  readonly name: string
  readonly samples: readonly string[]
  readonly identifier?: KnownIdentifier | undefined
  readonly type: StoredType
}

export interface ClassGuess {
  readonly class: string
  readonly memberClasses: Readonly<Record<string, string>>
  readonly because?: string
  readonly unsure?: true
}

/** The classes of a table's columns together: a postal code is personal beside a name, and harmless beside a county. */
export function likelyClasses(columns: readonly Looked[], known: Known): readonly ClassGuess[] {
  const looked = columns.map(column => ({
    column: likelyOf(column, known),
    members: membersOf(column.type).map(({ path, source }) => ({
      path,
      likely: likelyClass(snakeCase(source), [], known),
    })),
  }))
  const all = looked.flatMap(({ column, members }) => [column, ...members.map(({ likely }) => likely)])
  const namesPeople = all.some(({ class: id, beside }) => beside !== true && id === personal(known))
  return looked.map(({ column, members }) => {
    const inside = members.map(({ path, likely }) => [path, settled(likely, namesPeople, known)] as const)
    const strict = inside.filter(([, guess]) => guess.because !== undefined)
    const own = settled(column, namesPeople, known)
    return {
      ...own,
      memberClasses: Object.fromEntries(strict.map(([path, guess]) => [path, guess.class])),
      ...(own.because !== undefined || strict.length === 0 ? {} : { because: holding(strict) }),
    }
  })
}

/** `holds e_mail and address, which tell of a person`: the outermost fields only. */
function holding(strict: readonly (readonly [path: string, guess: { readonly class: string }])[]): string {
  const paths = strict.map(([path]) => path)
  const outer = strict.filter(([path]) => !paths.some(other => path.startsWith(`${other}.`)))
  const classes = [...new Set(outer.map(([, guess]) => guess.class))]
  return classes
    .map(id => `holds ${outer.flatMap(([path, guess]) => (guess.class === id ? [path] : [])).join(', ')} (${id})`)
    .join('; ')
}

function settled({ class: id, because, beside }: LikelyClass, namesPeople: boolean, known: Known) {
  if (beside === undefined) return because === undefined ? { class: id } : { class: id, because }
  return namesPeople
    ? { class: id, because: `${because}, beside columns that name people`, unsure: true as const }
    : { class: known.defaultClass, unsure: true as const }
}

function likelyOf({ name, samples, identifier, type }: Looked, known: Known): LikelyClass {
  if (identifier?.person === true) {
    return { class: personal(known), because: `is the identifier ${identifier.id}, which tells people apart` }
  }
  const isJson = type.kind === 'leaf' && type.type === 'JSON'
  const addressed = samples.filter(sample => /[\w.+-]+@[\w-]+\.[a-z]{2,}/i.test(sample)).length * 2 > samples.length
  return isJson && addressed
    ? { class: personal(known), because: 'holds e-mail addresses' }
    : likelyClass(name, samples, known)
}

const personal = ({ classes, defaultClass }: Known) =>
  classes.find(id => id === 'personal') ?? classes.at(-1) ?? defaultClass
