import { operations, type Operation } from '../../api/index.ts'

/** The methods that some operation answers at a path; empty where there is no such path. */
export function allowedMethods(path: string): readonly string[] {
  const methods = routes.filter(route => route.path.test(path)).flatMap(route => route.methods)
  return methods.length === 0 ? [] : [...new Set([...methods, 'OPTIONS'])].sort()
}

interface Route {
  readonly path: RegExp
  readonly methods: readonly string[]
}

const routeOf = (template: string, ...methods: string[]): Route => ({
  path: new RegExp(`^${template.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  methods: methods.includes('GET') ? [...methods, 'HEAD'] : methods,
})

const routes: readonly Route[] = [
  ...(Object.values(operations) as Operation[]).map(o => routeOf(o.path, o.method.toUpperCase())),
  routeOf('/api/v1/query', 'POST'),
  routeOf('/api/v1/uploads/{digest}', 'PUT'),
  ...['/', '/p/{domain}/{product}', '/r/{receipt}', '/style.css'].map(page => routeOf(page, 'GET')),
  ...['/healthz', '/readyz', '/metrics', '/api/openapi.json'].map(page => routeOf(page, 'GET')),
  routeOf('/signin', 'GET', 'POST'),
  routeOf('/signout', 'POST'),
]
