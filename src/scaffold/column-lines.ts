import type { ColumnGuess } from './guess-columns.ts'
import { typeTree, type TypeTree } from './nested-type.ts'
import { storableType } from './storable-type.ts'
import { yamlText } from './yaml-text.ts'

/** A column as lines of a contract; nested ones with their members. */
export function columnLines(column: ColumnGuess): readonly string[] {
  const tree = typeTree(column.type)
  const facts = [
    ['name', column.name],
    ...typeFacts(tree, column.type, column.logicalType),
    ...(column.required ? [['required', 'true']] : []),
    ...(column.unique ? [['unique', 'true']] : []),
    ...(column.key
      ? [
          ['primaryKey', 'true'],
          ['primaryKeyPosition', '1'],
        ]
      : []),
    ['classification', yamlText(column.class)],
    ...(column.identifier === undefined ? [] : [['tags', `['identifier:${column.identifier}']`]]),
    ...(column.pattern === undefined ? [] : [['logicalTypeOptions', `{pattern: ${yamlText(column.pattern)}}`]]),
    ['description', yamlText(column.description)],
  ].map(([key, value]) => `${key}: ${value}`)
  if (tree.kind === 'leaf') return [`      - {${facts.join(', ')}}`]
  return [...facts.map((fact, i) => `      ${i === 0 ? '- ' : '  '}${fact}`), ...memberLines(tree, '        ')]
}

/** The logical type, and the physical one where it says more. */
function typeFacts(tree: TypeTree, type: string, logicalType: string): string[][] {
  if (tree.kind !== 'leaf') return [['logicalType', tree.kind === 'list' ? 'array' : 'object']]
  const plain = {
    BIGINT: 'integer',
    DOUBLE: 'number',
    VARCHAR: 'string',
    BOOLEAN: 'boolean',
    DATE: 'date',
    TIME: 'time',
  }
  if (type === 'TIMESTAMP')
    return [
      ['logicalType', 'timestamp'],
      ['physicalType', 'TIMESTAMP'],
    ]
  const said = (plain as Readonly<Record<string, string>>)[type]
  return said === undefined
    ? [
        ['logicalType', logicalType],
        ['physicalType', `'${type}'`],
      ]
    : [['logicalType', said]]
}

function memberLines(tree: TypeTree, indent: string): readonly string[] {
  if (tree.kind === 'list') {
    const facts = factsOf(tree.element)
    return [`${indent}items:`, ...facts.map(f => `${indent}  ${f}`), ...memberLines(tree.element, `${indent}  `)]
  }
  if (tree.kind === 'leaf') return []
  return [
    `${indent}properties:`,
    ...tree.fields.flatMap(({ name, type }) => [
      `${indent}  - name: ${yamlText(name)}`,
      ...factsOf(type).map(f => `${indent}    ${f}`),
      ...memberLines(type, `${indent}    `),
    ]),
  ]
}

const factsOf = (tree: TypeTree): readonly string[] => {
  const { type, logicalType } = storableType(tree.kind === 'leaf' ? tree.type : '')
  return typeFacts(tree, type, logicalType).map(([key, value]) => `${key}: ${value}`)
}
