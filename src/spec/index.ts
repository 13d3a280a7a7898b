/**
 * What people write: YAML documents, SQL and READMEs as text, read to the nouns of the mesh with every fault at its
 * file, line and column; and rewritten without losing comments, the order of keys or what is not understood here.
 * It never reads a file, an environment or a server: texts come in, values and issues go out.
 */
export { documentKindOf, isDocumentPath, type DocumentKind } from './document-path.ts'
export { formatPath, parsePath, type Path } from './document-place.ts'
export { checkAlone, type Beside } from './check-alone.ts'
export { checkDocument, kindOfDocument } from './check-document.ts'
export { placeOf } from './place-of.ts'
export { readWorkspace, withoutSurroundings } from './read-workspace.ts'
export { rewriteDocument, type Edit } from './rewrite-document.ts'
export { parseTypeName, type PhysicalType } from './type-name.ts'
export type { Surroundings, TextFile, Workspace } from './workspace.ts'
export { readYaml, type Place, type YamlDocument } from './yaml-document.ts'
