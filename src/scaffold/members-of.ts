import type { StoredType } from './stored-type.ts'

/** A field inside a column: `customer.address.zip_code` below `orders`; lists add nothing to the path. */
export interface Member {
  readonly path: string
  /** As the source spells it. */
  readonly source: string
}

/** Every field inside a nested type, parents before their members. */
export function membersOf(type: StoredType, above = ''): readonly Member[] {
  switch (type.kind) {
    case 'leaf':
      return []
    case 'list':
      return membersOf(type.element, above)
    case 'struct':
      return type.fields.flatMap(({ source, name, type: inner }) => {
        const path = above === '' ? name : `${above}.${name}`
        return [{ path, source }, ...membersOf(inner, path)]
      })
  }
}
