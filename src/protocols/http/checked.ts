import { MeshError, type Issue } from '../../base/index.ts'

/** What a schema of the API offers: kept this narrow so that this room needs no vendor for it. */
interface Shape<T> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false
        readonly error: {
          readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
        }
      }
}

/** The finished value of a part of a request, or `request.invalid` with every field that is wrong. */
export function checked<T>(shape: Shape<T>, value: unknown, part: 'path' | 'query' | 'body'): T {
  const result = shape.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }): Issue => ({
    code: 'request.invalid',
    severity: 'error',
    message: `${message}.`,
    path: [part, ...path.map(String)].join('.'),
  }))
  const told = issues.map(issue => `${issue.path ?? part}: ${issue.message}`).join(' ')
  throw new MeshError('request.invalid', told, { issues })
}
