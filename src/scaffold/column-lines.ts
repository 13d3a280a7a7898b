import type { ColumnGuess } from './guess-columns.ts'
import type { StoredType } from './stored-type.ts'
import { yamlText } from './yaml-text.ts'

type Fact = readonly [key: string, value: string]

/** A column as lines of a contract: one for a plain column, more for one with members. */
export function columnLines(column: ColumnGuess): readonly string[] {
  const facts: readonly Fact[] = [
    ['name', yamlText(column.name)],
    ...typeFacts(column.type),
    ...(column.required ? [fact('required', 'true')] : []),
    ...(column.unique ? [fact('unique', 'true')] : []),
    ...(column.key ? [fact('primaryKey', 'true'), fact('primaryKeyPosition', '1')] : []),
    ['classification', yamlText(column.class)],
    ...(column.identifier === undefined ? [] : [fact('tags', `['identifier:${column.identifier}']`)]),
    ...(column.pattern === undefined ? [] : [fact('logicalTypeOptions', `{pattern: ${yamlText(column.pattern)}}`)]),
    ['description', yamlText(column.description)],
  ]
  if (column.type.kind === 'leaf') return [`      - {${facts.map(line).join(', ')}}`]
  return [
    ...facts.map((written, i) => `      ${i === 0 ? '- ' : '  '}${line(written)}`),
    ...memberLines(column.type, { column, above: '', class: column.class }, '        '),
  ]
}

const fact = (key: string, value: string): Fact => [key, value]
const line = ([key, value]: Fact) => `${key}: ${value}`

/** The logical type, and the physical one where it says more. */
function typeFacts(type: StoredType): readonly Fact[] {
  if (type.kind === 'list') return [['logicalType', 'array']]
  if (type.kind === 'struct') return [['logicalType', 'object']]
  const logical: Fact = ['logicalType', type.logicalType]
  return said.has(type.type) ? [logical] : [logical, ['physicalType', yamlText(type.type)]]
}

/** Types that their logical type says already. */
const said = new Set(['BIGINT', 'DOUBLE', 'VARCHAR', 'BOOLEAN', 'DATE', 'TIME', 'TIMESTAMP WITH TIME ZONE'])

/** Where a member stands; what has no class of its own has that of what it lies in. */
interface Inside {
  readonly column: ColumnGuess
  readonly above: string
  readonly class: string
}

/** Every member says its class: a rule may ask about each of them. */
function memberLines(type: StoredType, inside: Inside, indent: string): readonly string[] {
  switch (type.kind) {
    case 'leaf':
      return []
    case 'list':
      return [`${indent}items:`, ...partLines(type.element, inside, `${indent}  `)]
    case 'struct':
      return [
        `${indent}properties:`,
        ...type.fields.flatMap(({ name, type: member }) => {
          const path = inside.above === '' ? name : `${inside.above}.${name}`
          const own = { ...inside, above: path, class: inside.column.memberClasses[path] ?? inside.class }
          const [first, ...rest] = [`name: ${yamlText(name)}`, ...partLines(member, own, '')]
          return [`${indent}  - ${first}`, ...rest.map(text => `${indent}    ${text}`)]
        }),
      ]
  }
}

const partLines = (type: StoredType, inside: Inside, indent: string): readonly string[] => [
  ...[...typeFacts(type), fact('classification', yamlText(inside.class))].map(written => `${indent}${line(written)}`),
  ...memberLines(type, inside, indent),
]
