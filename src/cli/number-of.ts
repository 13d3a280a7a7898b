import { MeshError } from '../base/index.ts'

/** The whole number that an option was given as, ready to spread into a call; nothing where it was not given. */
export function optionalNumber<N extends string>(name: N, text: string | undefined): { readonly [K in N]?: number } {
  if (text === undefined) return {}
  if (/^\d{1,15}$/.test(text)) return { [name]: Number(text) } as { readonly [K in N]: number }
  throw new MeshError('usage.invalid', `--${name} takes a whole number, and ${text} is none.`)
}

/** A member to spread where there is a value. */
export const optional = <N extends string, T>(name: N, value: T | undefined): { readonly [K in N]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [K in N]?: T }
