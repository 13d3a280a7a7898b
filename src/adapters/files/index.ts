/**
 * Folders of this machine: bundles under their digests, the lake's files, and in-memory stand-ins of them, for tests.
 * It never decides anything, and a stored file never changes.
 */
export { fileBundles } from './file-bundles.ts'
export { memoryBundles } from './memory-bundles.ts'
export { memoryLedger } from './memory-ledger.ts'
export { folderLake } from './lake-files.ts'
export { memoryLake } from './memory-lake-files.ts'
export { memoryPointers } from './memory-pointers.ts'
export { movedLake } from './moved-lake.ts'
export { visibleSources } from './visible-sources.ts'
