/** A text as a YAML scalar that means just this text, in block and flow style alike. */
export function yamlText(text: string): string {
  const plain = /^[A-Za-z][A-Za-z0-9_ ./-]*$/.test(text) && !text.endsWith(' ') && !reserved.test(text)
  return plain ? text : `'${text.replace(/[\r\n]+/g, ' ').replaceAll("'", "''")}'`
}

const reserved = /^(true|false|null|yes|no|on|off|y|n)$/i
