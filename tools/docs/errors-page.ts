import { errorCodes, type ErrorCode } from '../../src/base/index.ts'
import { statusOf } from '../../src/api/index.ts'

/** `docs/errors.md`, from the table of codes. */
export function errorsPage(): string {
  const rows = (Object.keys(errorCodes) as ErrorCode[]).map(code => {
    const { title, fix } = errorCodes[code]
    return `| \`${code}\` | ${statusOf(code)} | ${title} | ${fix.replaceAll('|', String.raw`\|`)} |`
  })
  return `${[
    '# Refusals',
    'Every refusal is a problem document (RFC 9457): over HTTP as `application/problem+json`, on the command line with `--json` on standard output.',
    '```json\n{"type": "…", "title": "…", "status": 403, "code": "access.required", "detail": "…", "fix": "…", "rule": "…", "team": "…", "next": {"command": "…", "url": "…"}}\n```',
    '`code` is permanent; `rule` and `team` say who decided; `next` gets past it. An answer that fails after its first byte ends the connection instead.',
    ['| code | status | title | what to do |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n')}\n`
}
