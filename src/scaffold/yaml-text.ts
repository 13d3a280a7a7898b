/** A text as a YAML scalar that means just this text, in block and flow style alike. */
export function yamlText(text: string): string {
  const one = text
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}|\p{Cf}/gu, '')
    .trim()
  const plain = /^[A-Za-z][A-Za-z0-9_ ./()-]*$/.test(one) && !reserved.test(one)
  return plain ? one : `'${one.replaceAll("'", "''")}'`
}

const reserved = /^(true|false|null|yes|no|on|off|y|n)$/i
