import { any, boolean, list, needed, object, oneOf, text, texts, type Fields, type Shape } from './shape.ts'

export type OdpsLevel = 0.9 | 1.0 | 1.1

const definitionTypes = [
  'businessDefinition',
  'transformationImplementation',
  'videoTutorial',
  'tutorial',
  'implementation',
] as const

const uri: Shape = {
  kind: 'text',
  pattern: /^[A-Za-z][A-Za-z0-9+.-]*:\S*$/,
  says: 'an address such as https://example.com',
}

/** The Open Data Product Standard of Bitol, rewritten as rules. All of its objects are closed. */
export function odpsShape(level: OdpsLevel): Shape {
  const since = (from: OdpsLevel, fields: Fields): Fields => (level < from ? {} : fields)
  const later = (shape: Shape): Shape => (level < 1.1 ? needed(shape) : shape)
  const id = since(1.1, { id: text })
  const customProperty = object({
    ...id,
    property: needed(text),
    value: needed(any),
    description: text,
    ...since(1.1, { vendor: text }),
  })
  const definition = object({
    ...id,
    type: needed(level < 1.1 ? oneOf(...definitionTypes) : text),
    url: needed(uri),
    description: text,
  })
  const both: Fields = { customProperties: list(customProperty), authoritativeDefinitions: list(definition) }
  const tagged: Fields = { tags: texts, ...both }
  const deprecated = since(1.1, { deprecated: boolean })

  const context = object({
    instructions: text,
    verifiedStatements: list(object({ id: text, question: needed(text), answer: text, ...tagged })),
    constraints: list(object({ id: text, constraint: needed(text), ...tagged })),
  })
  const synonym = object({
    id: text,
    synonym: needed(text),
    description: text,
    locale: text,
    source: text,
    status: text,
    customProperties: list(customProperty),
  })
  const meaning = since(1.1, { context, synonyms: list(synonym) })

  const inputPort = object({
    ...id,
    ...deprecated,
    name: needed(text),
    version: later(text),
    contractId: later(text),
    ...since(1.0, tagged),
  })
  const outputPort = object({
    ...id,
    ...deprecated,
    name: needed(text),
    version: later(text),
    description: text,
    type: text,
    contractId: text,
    sbom: list(object({ ...id, type: text, url: later(uri), ...since(1.1, tagged) })),
    inputContracts: list(object({ id: needed(text), version: needed(text) })),
    ...since(1.0, tagged),
    ...meaning,
  })
  const managementPort = object({
    ...id,
    ...deprecated,
    name: needed(text),
    content: needed(text),
    type: text,
    url: uri,
    channel: text,
    description: text,
    ...tagged,
  })
  const support = object({
    ...id,
    channel: needed(text),
    url: needed(uri),
    description: text,
    tool: text,
    scope: text,
    invitationUrl: uri,
    ...tagged,
  })
  const member = object({
    ...id,
    username: level < 1.0 ? text : needed(text),
    name: text,
    description: text,
    role: text,
    dateIn: text,
    dateOut: text,
    replacedByUsername: text,
    ...tagged,
  })
  return object({
    apiVersion: needed(text),
    kind: needed(oneOf('DataProduct')),
    id: needed(text),
    name: text,
    version: text,
    status: later(text),
    domain: text,
    tenant: text,
    ...tagged,
    description: object({ purpose: text, limitations: text, usage: text, ...both }),
    inputPorts: list(inputPort),
    outputPorts: list(outputPort),
    managementPorts: list(managementPort),
    support: list(support),
    team: level < 1.0 ? list(member) : object({ name: text, description: text, members: list(member), ...tagged }),
    productCreatedTs: text,
    ...since(1.1, { type: text }),
    ...meaning,
    ...deprecated,
  })
}
