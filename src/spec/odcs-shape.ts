import type { OdcsLevel } from './odcs-level.ts'
import { propertyShapes } from './odcs-property.ts'
import { qualityRules } from './odcs-quality.ts'
import { relationshipShapes } from './odcs-relationship.ts'
import { serverFields } from './odcs-servers.ts'
import {
  any,
  boolean,
  list,
  needed,
  number,
  object,
  oneOf,
  scalar,
  text,
  texts,
  type Fields,
  type Shape,
} from './shape.ts'

/**
 * The Open Data Contract Standard, rewritten as rules; where its text and its schemas differ, what either accepts is read.
 * `strict` closes what 3.0 leaves open.
 */
export function odcsShape(level: OdcsLevel, strict = false): Shape {
  const open = level < 3.1 && !strict
  const since = (from: OdcsLevel, fields: Fields): Fields => (level < from ? {} : fields)
  /** Before 3.1 most objects took any further key. */
  const part = (fields: Fields): Shape => object(fields, open ? { open: true } : {})
  const stableId: Shape =
    level < 3.2
      ? { kind: 'text', pattern: /^[A-Za-z0-9_-]+$/, says: 'letters, digits, _ and - only' }
      : { kind: 'text', pattern: /^[^\s.#/\\@!%&^]+$/, says: 'without blanks, dots and . # / \\ @ ! % & ^' }
  const id = since(3.1, { id: stableId })

  const customProperty = part({
    ...id,
    property: level < 3.1 ? text : needed(text),
    value: level < 3.1 ? any : needed(any),
    ...since(3.1, { description: text }),
    ...since(3.2, { vendor: text }),
  })
  const customProperties = { customProperties: list(customProperty) }
  const definition = part({ ...id, url: needed(text), type: needed(text), ...since(3.1, { description: text }) })
  const authoritativeDefinitions = { authoritativeDefinitions: list(definition) }
  const both = { ...customProperties, ...authoritativeDefinitions }

  const statement = object({ id: text, question: needed(text), answer: text, tags: texts, ...both })
  const constraint = object({ id: text, constraint: needed(text), tags: texts, ...both })
  const context: Shape = {
    kind: 'either',
    text,
    object: object({ instructions: text, verifiedStatements: list(statement), constraints: list(constraint) }),
  }
  const synonym = object({
    id: stableId,
    synonym: needed(text),
    description: text,
    locale: text,
    source: text,
    status: text,
    ...customProperties,
  })
  const element: Fields = {
    ...id,
    name: text,
    physicalType: text,
    description: text,
    businessName: text,
    tags: texts,
    ...both,
    ...since(3.2, { deprecated: boolean, synonyms: list(synonym) }),
  }

  const quality = qualityRules(level, open, { id, definitions: both })
  const relationships = relationshipShapes(level, customProperties)
  const enumValue = object({
    value: needed(scalar),
    label: text,
    id: stableId,
    description: text,
    tags: texts,
    ...both,
  })
  const properties = propertyShapes(level, {
    element,
    quality,
    relationships: list(relationships.ofProperty),
    enumValue,
  })
  const schemaObject = object({
    ...element,
    name: needed(text),
    logicalType: level < 3.2 ? oneOf('object') : oneOf('object', 'blob'),
    physicalName: text,
    dataGranularityDescription: text,
    properties: list(properties.named),
    quality,
    ...since(3.1, { relationships: list(relationships.ofObject) }),
    ...since(3.2, { context }),
  })

  const role = part({
    ...id,
    role: needed(text),
    description: text,
    access: text,
    firstLevelApprovers: text,
    secondLevelApprovers: text,
    ...customProperties,
  })
  const servers = serverFields(level)
  const serverBase: Fields = {
    ...id,
    server: needed(text),
    type: needed(oneOf(...servers.types)),
    description: text,
    environment: text,
    roles: list(role),
    ...customProperties,
  }
  const server = object(v => ({ ...serverBase, ...servers.of(v.type) }), open ? { open: true } : {})

  const member = part({
    ...id,
    username: level < 3.1 ? text : needed(text),
    name: text,
    description: text,
    role: text,
    dateIn: text,
    dateOut: text,
    replacedByUsername: text,
    ...since(3.1, { tags: texts, ...both }),
  })
  const team: Shape = {
    kind: 'either',
    list: list(member),
    ...(level < 3.1
      ? {}
      : { object: object({ ...id, name: text, description: text, members: list(member), tags: texts, ...both }) }),
  }
  const support = part({
    ...id,
    channel: needed(text),
    url: level < 3.1 ? needed(text) : text,
    description: text,
    tool: text,
    scope: text,
    invitationUrl: text,
    ...since(3.1, customProperties),
  })
  const serviceLevel = part({
    ...id,
    property: needed(text),
    value: needed(scalar),
    valueExt: scalar,
    unit: text,
    element: text,
    driver: text,
    ...since(3.1, { description: text, scheduler: text, schedule: text }),
    ...since(3.2, both),
  })

  return object({
    version: needed(text),
    kind: needed(oneOf('DataContract')),
    apiVersion: needed(text),
    id: needed(text),
    name: text,
    tenant: text,
    tags: texts,
    status: level < 3.2 ? needed(text) : text,
    servers: list(server),
    dataProduct: text,
    description: object({ usage: text, purpose: text, limitations: text, ...both }, { open: true }),
    domain: text,
    schema: list(schemaObject),
    support: list(support),
    price: part({ ...id, priceAmount: number, priceCurrency: text, priceUnit: text }),
    team,
    roles: list(role),
    slaDefaultElement: text,
    slaProperties: list(serviceLevel),
    ...both,
    contractCreatedTs: text,
    ...since(3.2, { context }),
  })
}
