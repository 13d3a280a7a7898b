/**
 * Folders of this machine: bundles under their digests, and in-memory stand-ins of what control needs, for tests.
 * It never decides anything, and a stored file never changes.
 */
export { fileBundles } from './file-bundles.ts'
export { memoryBundles } from './memory-bundles.ts'
export { memoryLedger } from './memory-ledger.ts'
