import type { Standard } from './fit-version.ts'
import type { OdcsLevel } from './odcs-level.ts'
import { odcsShape } from './odcs-shape.ts'
import { odpsShape, type OdpsLevel } from './odps-shape.ts'
import type { Shape } from './shape.ts'

/** Shapes are built when the first document asks for them, and once. */
function lazily<Level>(build: (level: Level, strict: boolean) => Shape): (level: Level) => (strict?: boolean) => Shape {
  const built = new Map<string, Shape>()
  return level =>
    (strict = false) => {
      const key = `${String(level)} ${strict}`
      const shape = built.get(key) ?? build(level, strict)
      built.set(key, shape)
      return shape
    }
}

const contract = lazily<OdcsLevel>(odcsShape)
const product = lazily<OdpsLevel>(odpsShape)

const toThree =
  'Convert it to v3: dataset becomes schema, its columns become properties, quantumName becomes dataProduct, ' +
  'uuid becomes id, userConsumptionMode and the like go to servers. Then declare apiVersion: v3.1.0'

export const contractStandard: Standard = {
  name: 'The Open Data Contract Standard',
  kind: 'DataContract',
  versions: [
    { version: 'v3.0.0', shape: contract(3.0) },
    { version: 'v3.0.1', shape: contract(3.0) },
    { version: 'v3.0.2', shape: contract(3.0) },
    { version: 'v3.1.0', shape: contract(3.1) },
    { version: 'v3.2.0', shape: contract(3.2) },
  ],
  older: { 'v2.2.0': toThree, 'v2.2.1': toThree, 'v2.2.2': toThree },
}

export const productStandard: Standard = {
  name: 'The Open Data Product Standard',
  kind: 'DataProduct',
  versions: [
    { version: 'v0.9.0', shape: product(0.9) },
    { version: 'v1.0.0', shape: product(1.0) },
    { version: 'v1.1.0', shape: product(1.1) },
  ],
  older: {},
}
