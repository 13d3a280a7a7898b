import { describe, expect, test } from 'vitest'
import type { PlanShape } from '../../src/api/index.ts'
import type { Issue } from '../../src/base/index.ts'
import { checkReport } from '../../src/cli/check-report.ts'
import { planComment } from '../../src/cli/plan-comment.ts'
import { planText } from '../../src/cli/plan-text.ts'

const issues: readonly Issue[] = [
  {
    code: 'document.unknown-key',
    severity: 'error',
    message: 'There is no key colour.',
    fix: 'Did you mean class?',
    file: 'a b/domain.yaml',
    line: 3,
    column: 5,
  },
  { code: 'x.y', severity: 'warning', message: 'Two\nlines, 100% <odd> & "quoted".', file: 'c.sql' },
]
const workspace = { domains: [], policies: [], products: [], issues, assumptions: [], reads: [] }
const report = (format: Parameters<typeof checkReport>[0]) =>
  checkReport(format, issues, { name: 'mesh', files: ['a b/domain.yaml', 'c.sql'], workspace })

describe('what is wrong with a folder', () => {
  test('for a person', () => {
    expect(report('text')).toBe(
      [
        'a b/domain.yaml:3:5: error: There is no key colour. [document.unknown-key]',
        '  fix: Did you mean class?',
        'c.sql: warning: Two',
        'lines, 100% <odd> & "quoted". [x.y]',
        '1 error, 1 warning',
        '',
      ].join('\n'),
    )
  })

  test('as annotations of a pull request: one line each, whatever the message holds', () => {
    expect(report('github')).toBe(
      [
        '::error file=a b/domain.yaml,line=3,col=5,title=document.unknown-key::There is no key colour. Did you mean class?',
        '::warning file=c.sql,title=x.y::Two%0Alines, 100%25 <odd> & "quoted".',
        '',
      ].join('\n'),
    )
  })

  test('as SARIF', () => {
    const { runs } = JSON.parse(report('sarif')) as {
      runs: [{ results: { ruleId: string; level: string; locations: unknown[] }[] }]
    }
    expect(runs[0].results.map(r => [r.ruleId, r.level])).toEqual([
      ['document.unknown-key', 'error'],
      ['x.y', 'warning'],
    ])
    expect(runs[0].results[0]!.locations).toEqual([
      {
        physicalLocation: { artifactLocation: { uri: 'a%20b/domain.yaml' }, region: { startLine: 3, startColumn: 5 } },
      },
    ])
  })

  test('as JUnit: a case for each document, failed by its errors only', () => {
    const xml = report('junit')
    expect(xml).toContain('<testsuite name="meshwright check" tests="2" failures="1">')
    expect(xml.match(/<failure /g)).toHaveLength(1)
    expect(xml).toContain('<testcase classname="meshwright" name="c.sql">\n  </testcase>')
  })

  test('as JSON', () => expect(JSON.parse(report('json'))).toEqual({ ok: false, issues }))
})

const plan: PlanShape = {
  allowed: false,
  warnings: [],
  issues: [],
  refusals: [
    {
      type: '',
      title: '',
      status: 422,
      code: 'release.breaking',
      detail: 'It breaks 1 consumer.',
      fix: 'Keep the column.',
      next: { command: 'meshwright plan flights' },
    },
  ],
  items: [
    {
      kind: 'product',
      id: 'flights.departures',
      action: 'update',
      change: 'breaking',
      version: '1.1.0',
      due: '2.0.0',
      changes: [
        {
          table: 'departures',
          column: 'distance_mi',
          kind: 'removed',
          weight: 'breaking',
          message: 'departures.distance_mi is removed',
        },
      ],
      consumers: [{ who: '@everyone | x', table: 'flights.departures', why: 'access for planning' }],
      violations: [{ policy: 'g1', team: 'privacy', message: 'Not classed.', fix: 'Class it.' }],
      requests: [{ table: 'network.airports', purpose: 'product', id: 'req_1', state: 'requested' }],
      assumptions: ['the build mode is full'],
    },
    {
      kind: 'domain',
      id: 'flights',
      action: 'unchanged',
      changes: [],
      consumers: [],
      violations: [],
      requests: [],
      assumptions: [],
    },
  ],
}

describe('a plan', () => {
  test('for a person ends with whether it may, and says everything that it assumed', () => {
    expect(planText(plan).split('\n')).toEqual([
      '~ product flights.departures 1.1.0: update, breaking: due is 2.0.0',
      '    breaking: departures.distance_mi is removed',
      '    used by @everyone | x: flights.departures, access for planning',
      '    fails: g1 of privacy: Not classed.',
      '      Class it.',
      '    reads network.airports: requested (req_1)',
      '    assumed: the build mode is full',
      '1 more stays as it is.',
      'error: It breaks 1 consumer. [release.breaking]',
      'Keep the column.',
      '  meshwright plan flights',
      'It may not be published as it is.',
    ])
  })

  test('as a comment mentions nobody and keeps its tables whole', () => {
    const comment = planComment(plan)
    expect(comment).toContain('### May not be published: 1 of 2 change, 1 consumer concerned')
    expect(comment).not.toContain('@everyone')
    expect(comment.split('\n').filter(line => line.startsWith('| @'))).toEqual([
      String.raw`| @​everyone \| x | flights.departures | access for planning |`,
    ])
  })
})
