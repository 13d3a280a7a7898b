import type { Path } from './document-place.ts'
import type { Reporter } from './reporter.ts'

const variable = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g

/** In SQL rules these stand for the checked table and column, whatever tool wrote the rule. */
const placeholders: ReadonlySet<string> = new Set(['object', 'property', 'table', 'column', 'model', 'field', 'schema'])

/**
 * `${NAME:-default}` becomes its default in every text. There is no environment: a server must not lend its own to
 * documents, and a laptop's would make the release differ from machine to machine; `${NAME}` alone is reported.
 */
export function resolveVariables(value: unknown, report: Reporter): unknown {
  return resolved(value, [])

  function resolved(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return value.includes('${') ? text(value, path) : value
    if (Array.isArray(value)) return value.map((item, i) => resolved(item, [...path, i]))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, resolved(v, [...path, key])]))
  }

  function text(value: string, path: Path): string {
    return value.replace(variable, (whole, name: string, fallback: string | undefined) => {
      if (path.at(-1) === 'query' && placeholders.has(name)) return whole
      if (fallback !== undefined) return fallback
      const message = `The variable ${whole} has no value: documents are read without an environment.`
      report.error('document.variable', path, message, `Write the value, or a default: \${${name}:-value}`)
      return whole
    })
  }
}
