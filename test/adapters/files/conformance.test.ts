import { fileBundles, memoryBundles, memoryLedger } from '../../../src/adapters/files/index.ts'
import { bundlesConformance } from '../../conformance/bundles.ts'
import { ledgerConformance } from '../../conformance/ledger.ts'
import { temporaryFolder } from '../temporary-folder.ts'

ledgerConformance({ name: 'memory', open: memoryLedger })
bundlesConformance({ name: 'memory', open: memoryBundles })
bundlesConformance({ name: 'files', open: () => fileBundles(temporaryFolder()) })
