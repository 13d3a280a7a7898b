import { foldAscii, type Column, type ValueOptions } from '../mesh/index.ts'
import type { ColumnContext, MeshWords } from './column-context.ts'
import { columnType } from './column-type.ts'
import type { Path } from './document-place.ts'
import { textOf, textsOf, type Plain } from './plain.ts'
import type { Reporter } from './reporter.ts'
import { suggestion } from './shape-findings.ts'
import { valueOptions } from './value-options.ts'

/** A property of a contract as a column, with everything that is nested in it. */
export function columnOf(property: Plain, path: Path, context: ColumnContext): Column {
  const name = textOf(property.name) ?? ''
  checkName(name, path, context.report)
  const { type, fields, element } = columnType(property, path, context, (nested, at) => columnOf(nested, at, context))
  const options: ValueOptions = valueOptions(property, [...path, 'logicalTypeOptions'], context.report)
  const tags = textsOf(property.tags)
  const [title, description] = [textOf(property.businessName), textOf(property.description)]
  const [columnClass, identifier] = [classOf(property, path, context), identifierOf(tags, path, context)]
  if (fields !== undefined) checkDistinct(fields, [...path, 'properties'], context.report)
  return {
    name,
    type,
    logicalType: textOf(property.logicalType) ?? '',
    required: property.required === true,
    unique: property.unique === true,
    ...(columnClass === undefined ? {} : { class: columnClass }),
    ...(identifier === undefined ? {} : { identifier }),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    tags,
    examples: Array.isArray(property.examples) ? property.examples.map(exampleText) : [],
    ...(fields === undefined ? {} : { fields }),
    ...(element === undefined ? {} : { element }),
    options,
  }
}

/** Engines fold case and file formats rename: two names that differ in case only are one too many. */
export function checkDistinct(columns: readonly Column[], path: Path, report: Reporter): void {
  const seen = new Map<string, Column>()
  columns.forEach((column, i) => {
    const first = seen.get(foldAscii(column.name))
    if (first === undefined) return seen.set(foldAscii(column.name), column)
    const how = first.name === column.name ? 'twice' : `beside ${first.name}, which differs in case only`
    const message = `The column ${column.name} stands here ${how}.`
    report.error('column.repeated', [...path, i, 'name'], message, 'Give it another name.')
  })
}

function checkName(name: string, path: Path, report: Reporter): void {
  const hidden = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u.test(name)
  if (name !== '' && name.length <= 128 && name === name.trim() && !hidden) return
  const message = `${JSON.stringify(name)} cannot be the name of a column.`
  report.error(
    'column.name',
    [...path, 'name'],
    message,
    'Use 1 to 128 printable characters, without blanks at the ends.',
  )
}

function classOf(property: Plain, path: Path, { report, words }: ColumnContext): string | undefined {
  const name = textOf(property.classification)
  if (name === undefined || name === '') return undefined
  if (words !== undefined && !words.classes.has(name)) {
    const message = words.guessed
      ? `The class ${JSON.stringify(name)} is none that every mesh has, and no mesh.yaml says whether yours does.`
      : `The mesh has no class ${JSON.stringify(name)}.`
    const fix = suggestion(name, [...words.classes])
    unknownWord('column.class-unknown', [...path, 'classification'], message, fix, words, report)
  }
  return name
}

function identifierOf(tags: readonly string[], path: Path, { report, words }: ColumnContext): string | undefined {
  const marks = tags.flatMap((tag, i) => (tag.startsWith('identifier:') ? [{ id: tag.slice(11), i }] : []))
  const [first, second] = marks
  if (first === undefined) return undefined
  if (words !== undefined && !words.identifiers.has(first.id)) {
    const message = words.guessed
      ? `No mesh.yaml says whether the mesh declares the identifier ${JSON.stringify(first.id)}.`
      : `The mesh declares no identifier ${JSON.stringify(first.id)}.`
    const fix =
      words.identifiers.size === 0
        ? `Declare it in mesh.yaml: identifiers: {${first.id}: {is: domain.table.column}}`
        : suggestion(first.id, [...words.identifiers])
    unknownWord('column.identifier-unknown', [...path, 'tags', first.i], message, fix, words, report)
  }
  if (second !== undefined) {
    const message = 'A column holds one shared identifier, but the tags name several.'
    report.error('column.identifier-several', [...path, 'tags', second.i], message, 'Keep one of them.')
  }
  return first.id
}

/** What the mesh does not know is wrong; what nobody can say offline is worth a word. */
function unknownWord(
  code: string,
  path: Path,
  message: string,
  fix: string,
  { guessed }: MeshWords,
  report: Reporter,
): void {
  if (guessed) report.warning(code, path, message, fix)
  else report.error(code, path, message, fix)
}

const exampleText = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
