/**
 * The path of a request target, decoded by nobody, or undefined where two programs could read it as two paths: doubled
 * slashes, dot segments, parameters after `;`, encoded slashes, dots and control characters (CVE-2024-28255).
 */
export function canonicalPath(target: string): string | undefined {
  const end = target.search(/[?#]/)
  const path = end < 0 ? target : target.slice(0, end)
  if (path === '/') return path
  if (!shape.test(path) || ambiguous.test(path)) return undefined
  try {
    const decoded = decodeURIComponent(path)
    return hasControl(decoded) ? undefined : path
  } catch {
    return undefined // a broken percent sequence
  }
}

const shape = /^(?:\/[A-Za-z0-9._~!$&'()*+,=:@%-]+)+$/
const ambiguous = /\/\.{1,2}(?:\/|$)|%2e|%2f|%5c|%3b|%25/i

const hasControl = (text: string) => Array.from(text).some(c => c < ' ' || c === '\u007f')
