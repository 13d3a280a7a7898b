/**
 * Writes the first documents of a mesh, a domain or a product from what exists: looks at a file, guesses types, keys,
 * formats and likely personal data, and gives finished texts.
 * It never writes files and never publishes; what it guesses is said to the person, who may change every word.
 */
export { plainName, snakeCase } from './column-name.ts'
export { guessColumns, type ColumnGuess } from './guess-columns.ts'
export type { Known, KnownIdentifier } from './known.ts'
export { domainDocument, meshDocuments, type NewDomain } from './mesh-documents.ts'
export type { Reader } from './needs.ts'
export { productDocuments, tableNameOf, type NewProduct, type ProductSource } from './product-documents.ts'
export { profileFile, type ColumnProfile, type Profile } from './profile-file.ts'
export { formatOfName, sourceFormat, type SourceFormat } from './source-format.ts'
export { typeText } from './stored-type.ts'
export { columnsOfQuery, columnsOfTable, type TableColumn } from './table-columns.ts'
