import type { Known } from '../../src/scaffold/index.ts'

/** A mesh with the usual classes and one shared identifier. */
export const known: Known = {
  classes: ['public', 'internal', 'confidential', 'personal'],
  defaultClass: 'internal',
  identifiers: [{ id: 'country', is: 'geo.countries.iso2', pattern: '^[A-Z]{2}$' }],
}
