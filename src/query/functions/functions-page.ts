import { aggregateFunctions, windowFunctions } from './aggregate-functions.ts'
import { denials } from './denied-functions.ts'
import { operatorFunctions, scalarFunctions } from './scalar-functions.ts'
import { tableFunctions } from './table-functions.ts'

/** The page `docs/functions.md`: a test compares it, so that it says what the gateway does. */
export function functionsPage(): string {
  return [
    '# Functions',
    'The gateway lets the functions on this page through, by name. Everything else that the engine knows is refused with `sql.unsupported`, for the reasons below; what it does not know is `sql.function-not-found`. This page is generated from the code.',
    ...Object.entries(scalarFunctions).map(([group, names]) => section(titles[group] ?? group, names)),
    section('Operators', operatorFunctions),
    ...Object.entries(aggregateFunctions).map(([group, names]) => section(titles[group] ?? group, names)),
    section('Windows', windowFunctions),
    'Every aggregate may be a window as well.',
    section('Table functions', tableFunctions),
    '## What is not let through',
    denials
      .map(({ names, pattern, kind, reason }) => {
        const what = names === undefined ? `names like \`${pattern!.source.replaceAll('|', ', ')}\`` : list(names)
        return `- ${what}${kind === undefined ? '' : ` (as ${kind})`}: ${reason}`
      })
      .join('\n'),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n')
}

const titles: Readonly<Record<string, string>> = {
  math: 'Mathematics',
  compare: 'Comparison',
  text: 'Text',
  date: 'Dates and times',
  list: 'Lists',
  structMapUnion: 'Structs, maps and unions',
  json: 'JSON',
  misc: 'Others',
  basic: 'Aggregates',
  statistics: 'Aggregates: statistics',
  collect: 'Aggregates that collect values',
}

const section = (title: string, names: readonly string[]): string =>
  `## ${title}\n\n${list([...new Set(names)].sort())}`

const list = (names: readonly string[]): string => names.map(name => `\`${name}\``).join(', ')
