import { CelError, ConditionFailed, compileCel, type CelCondition, type Facts } from './compile-cel.ts'
import type { Names } from './cel-names.ts'

/** A text with `${…}` in it, each a CEL expression. */
export interface Template {
  readonly parts: readonly (string | CelCondition)[]
}

/** Throws CelError; its place counts from the start of the whole text. */
export function compileTemplate(text: string, names: Names): Template {
  const parts: (string | CelCondition)[] = []
  let at = 0
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push(text.slice(at, match.index))
    try {
      parts.push(compileCel(match[1]!, names))
    } catch (thrown) {
      if (thrown instanceof CelError) throw new CelError(thrown.message, match.index + 2 + thrown.at, thrown.fix)
      throw thrown
    }
    at = match.index + match[0].length
  }
  return { parts: [...parts, text.slice(at)] }
}

/** The text for these facts. A place that has no answer says so: a message never stands in the way of a verdict. */
export const fill = (template: Template, facts: Facts): string =>
  template.parts.map(part => (typeof part === 'string' ? part : printed(part, facts))).join('')

function printed(part: CelCondition, facts: Facts): string {
  try {
    return part.print(facts)
  } catch (thrown) {
    if (thrown instanceof ConditionFailed) return 'unknown'
    throw thrown
  }
}
