/** JSON in which integers beyond 2^53 − 1 are BigInt: snapshot ids and sequence numbers have 64 bits. */
export type BigJson =
  null | boolean | number | bigint | string | readonly BigJson[] | { readonly [key: string]: BigJson }
export type BigObject = { readonly [key: string]: BigJson }

/** Loses no digit of an integer. Throws SyntaxError as JSON.parse does. */
export function parseBigJson(text: string): BigJson {
  // Fifteen digits are safe, and most metadata holds no longer number.
  if (!/\d{16}/.test(text)) return JSON.parse(text) as BigJson
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, token =>
    token.startsWith('"') ? (token.startsWith(`"${mark}`) ? `"${mark}${token.slice(1)}` : token) : `"${mark}${token}"`,
  )
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? unmarked(value.slice(mark.length)) : value,
  ) as BigJson
}

/** A private character in front of a number that was put into quotes; doubled where a string begins with it already. */
const mark = '\uf8ff'

function unmarked(text: string): string | number | bigint {
  if (text.startsWith(mark)) return text
  const value = BigInt(text)
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** The text of a value, BigInts as plain digits. Texts of objects met before are reused, so that history costs nothing. */
export function printBigJson(value: BigJson): string {
  if (typeof value === 'bigint') return value.toString()
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const known = printed.get(value)
  if (known !== undefined) return known
  const text = Array.isArray(value)
    ? `[${value.map(printBigJson).join(',')}]`
    : `{${Object.entries(value as BigObject)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => `${JSON.stringify(key)}:${printBigJson(member)}`)
        .join(',')}}`
  if (text.length < keptLengthMax) printed.set(value, text)
  return text
}

const printed = new WeakMap<object, string>()

/** An entry of a history is shorter, a whole metadata file longer. */
const keptLengthMax = 4096
