import { answerMediaTypes } from '../../api/index.ts'
import { MeshError } from '../../base/index.ts'
import type { AnswerFormat } from '../../query/index.ts'

/** The format that an `Accept` header prefers (RFC 9110 12.5.1); JSON where it leaves the choice. */
export function formatOf(accept: string | undefined): AnswerFormat {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return 'json'
  const ranges = accept
    .split(',')
    .map(rangeOf)
    .filter(range => range.weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { type } of ranges) {
    const format = formats.find(([, mediaType]) => matches(type, mediaType))
    if (format !== undefined) return format[0]
  }
  throw new MeshError('request.invalid', `An answer cannot be had as ${accept.slice(0, 200)}.`, {
    fix: `Accept one of ${formats.map(([, mediaType]) => mediaType).join(', ')}.`,
  })
}

const formats = Object.entries(answerMediaTypes) as readonly (readonly [AnswerFormat, string])[]

function rangeOf(text: string): { readonly type: string; readonly weight: number } {
  const [type = '', ...parameters] = text.split(';').map(part => part.trim().toLowerCase())
  const q = parameters.find(parameter => parameter.startsWith('q='))
  const weight = q === undefined ? 1 : Number(q.slice(2))
  return { type, weight: Number.isNaN(weight) ? 0 : weight }
}

const matches = (range: string, mediaType: string): boolean =>
  range === mediaType || range === '*/*' || (range.endsWith('/*') && mediaType.startsWith(range.slice(0, -1)))
