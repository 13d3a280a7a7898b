import type { Known, KnownIdentifier } from './known.ts'
import { likelyClass, type LikelyClass } from './likely-class.ts'

export interface Described {
  readonly name: string
  readonly samples: readonly string[]
  readonly identifier?: KnownIdentifier | undefined
}

export interface ClassGuess {
  readonly class: string
  readonly because?: string
  readonly unsure?: true
}

/** The classes of a table's columns together: a postal code is personal beside a name, and harmless beside a county. */
export function likelyClasses(columns: readonly Described[], known: Known): readonly ClassGuess[] {
  const likely = columns.map(column => likelyOf(column, known))
  const namesPeople = likely.some(
    guess => guess.because !== undefined && guess.beside !== true && guess.class === personal(known),
  )
  return likely.map(({ class: id, because, beside }) => {
    if (beside === undefined) return because === undefined ? { class: id } : { class: id, because }
    return namesPeople
      ? { class: id, because: `${because}, beside columns that name people`, unsure: true }
      : { class: known.defaultClass, unsure: true }
  })
}

function likelyOf({ name, samples, identifier }: Described, known: Known): LikelyClass {
  if (identifier?.person !== true) return likelyClass(name, samples, known)
  return { class: personal(known), because: `is the identifier ${identifier.id}, which tells people apart` }
}

const personal = ({ classes, defaultClass }: Known) =>
  classes.find(id => id === 'personal') ?? classes.at(-1) ?? defaultClass
