import { wrongValue, type WrongValue } from '../../api/index.ts'
import { MeshError, type Issue } from '../../base/index.ts'

/** What a schema of the API offers: kept this narrow so that this room needs no vendor for it. */
interface Shape<T> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false
        readonly error: { readonly issues: readonly WrongValue[] }
      }
}

/** The finished value of a part of a request, or `request.invalid` with every field that is wrong. */
export function checked<T>(shape: Shape<T>, value: unknown, part: 'path' | 'query' | 'body'): T {
  const result = shape.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue): Issue => {
    const path = [part, ...issue.path.map(String)].join('.')
    const message = `${path} ${wrongValue(issue, valueAt(value, issue.path))}.`
    return { code: 'request.invalid', severity: 'error', message, path }
  })
  throw new MeshError('request.invalid', issues.map(issue => issue.message).join(' '), { issues })
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (within, key) => (typeof within === 'object' && within !== null ? Reflect.get(within, key) : undefined),
    value,
  )
