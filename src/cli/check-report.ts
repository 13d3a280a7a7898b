import { countOf, formatIssue, hasErrors, toJson, unreachable, type Issue } from '../base/index.ts'
import type { Workspace } from '../spec/index.ts'
import { printable } from './output/printable.ts'
import { version } from './version.ts'

export type CheckFormat = 'text' | 'json' | 'sarif' | 'junit' | 'github'

/** What was checked; paths are those of the issues. */
export interface Checked {
  /** How messages name the folder or file. */
  readonly name: string
  readonly files: readonly string[]
  /** Absent where a file was checked by itself. */
  readonly workspace?: Workspace
}

/** The problems of a folder or file, as people, editors and build servers read them. */
export function checkReport(format: CheckFormat, issues: readonly Issue[], checked: Checked): string {
  switch (format) {
    case 'text':
      return `${printable([...issues.map(formatIssue), ...assumedLines(issues, checked), summaryOf(issues, checked)].join('\n'))}\n`
    case 'json':
      return `${toJson({ ok: !hasErrors(issues), issues })}\n`
    case 'sarif':
      return `${toJson(sarif(issues), 2)}\n`
    case 'junit':
      return junit(issues, checked)
    case 'github':
      return issues.map(github).join('')
    default:
      return unreachable(format)
  }
}

/** What no document says and publishing would take as said. */
const assumedLines = (issues: readonly Issue[], { workspace }: Checked): readonly string[] =>
  workspace === undefined || hasErrors(issues)
    ? []
    : workspace.assumptions.map(({ product, text }) => `assumed: ${product}: ${text}`)

function summaryOf(issues: readonly Issue[], { name, workspace }: Checked): string {
  const errors = issues.filter(issue => issue.severity === 'error').length
  const warnings = issues.length - errors
  if (errors > 0) return `${countOf(errors, 'error')}, ${countOf(warnings, 'warning')}`
  const warned = warnings === 0 ? '' : `; ${countOf(warnings, 'warning')}`
  if (workspace === undefined) return `Fine: ${name} by itself${warned}`
  const { domains, products, policies, mesh } = workspace
  const read = [
    ...(mesh === undefined ? [] : ['the mesh']),
    countOf(domains.length, 'domain'),
    countOf(products.length, 'product'),
    countOf(policies.length, 'policy', 'policies'),
  ]
  return `Fine: ${read.join(', ')}${warned}`
}

/** SARIF 2.1.0, as code scanners read it. */
const sarif = (issues: readonly Issue[]) => ({
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'meshwright',
          version,
          rules: [...new Set(issues.map(issue => issue.code))].sort().map(id => ({ id })),
        },
      },
      results: issues.map(({ code, message, fix, severity, file, line, column }) => ({
        ruleId: code,
        level: severity,
        message: { text: fix === undefined ? message : `${message} ${fix}` },
        locations:
          file === undefined
            ? []
            : [
                {
                  physicalLocation: {
                    artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
                    region: { startLine: line ?? 1, startColumn: column ?? 1 },
                  },
                },
              ],
      })),
    },
  ],
})

/** One test case for each document, failed by its errors. */
function junit(issues: readonly Issue[], { files: checked, name }: Checked): string {
  const errors = issues.filter(issue => issue.severity === 'error')
  const files: string[] = [...new Set([...checked, ...errors.map(e => e.file ?? name)])].toSorted((a, b) =>
    a < b ? -1 : 1,
  )
  const cases = files.map(file => {
    const own = errors.filter(e => (e.file ?? name) === file)
    const failures = own.map(
      e => `    <failure message="${xml(e.message)}" type="${xml(e.code)}">${xml(formatIssue(e))}</failure>\n`,
    )
    return `  <testcase classname="meshwright" name="${xml(file)}">\n${failures.join('')}  </testcase>\n`
  })
  const failed = new Set(errors.map(e => e.file ?? name)).size
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="meshwright check" tests="${files.length}" failures="${failed}">\n${cases.join('')}</testsuite>\n`
}

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}
/** XML 1.0 has no way to write control characters. */
const xml = (text: string) => text.replace(/[^\P{Cc}\t\n\r]/gu, '?').replace(/[&<>"\n]/g, c => xmlEntities[c]!)

/** Annotations of a pull request. */
function github({ severity, file, line, column, code, message, fix }: Issue): string {
  const place = [
    ...(file === undefined ? [] : [`file=${property(file)}`]),
    ...(line === undefined ? [] : [`line=${line}`]),
    ...(column === undefined ? [] : [`col=${column}`]),
    `title=${property(code)}`,
  ].join(',')
  return `::${severity} ${place}::${data(fix === undefined ? message : `${message} ${fix}`)}\n`
}

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
