import { expect, test } from 'vitest'
import { canonicalPath } from '../../src/protocols/http/canonical-path.ts'

test.each([
  '/',
  '/api/v1/products/a.b',
  '/p/sales/orders',
  '/r/q_1',
  '/api/v1/lineage/a.b.c%C3%A4',
  '/api/v1/tokens/o%27x',
])('%s stays as it is', path => expect(canonicalPath(`${path}?q=..//x`)).toBe(path))

// OpenMetadata CVE-2024-28255 and its kin: what two programs could read as two paths is no path.
test.each([
  '',
  '//api/v1/products',
  '/api//v1',
  '/api/./v1/products',
  '/api/v1/../v1/products',
  '/api/v1/%2e%2e/products',
  '/api/v1/%2E/products',
  '/api/v1/products%2fx',
  '/api/v1/products;v1/users/login',
  '/api/v1/products%3bv1',
  '/api\\v1',
  '/api/v1/%5c..',
  '/api/v1/products/',
  '/api/v1/%00',
  '/api/v1/%0a',
  '/api/v1/%252e%252e',
  '/api/v1/%',
  '/api/v1/%zz',
  '/api/v1/\u00e4',
  'http://elsewhere/api',
  '*',
])('%j is none', target => expect(canonicalPath(target)).toBeUndefined())
