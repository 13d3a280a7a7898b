import { limits, MeshError } from '../base/index.ts'

/** Printable text without ends of lines or control characters, and nothing that means a team or a product. */
export function requirePrincipalId(id: string): void {
  const printable = /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(id) && id.trim() === id
  if (printable && id.length <= limits.principalIdLengthMax && !/^(team|product):/.test(id)) return
  throw new MeshError('request.invalid', `${JSON.stringify(id.slice(0, 200))} names nobody.`, {
    fix: `Write an e-mail address or another printable id of at most ${limits.principalIdLengthMax} characters.`,
  })
}
