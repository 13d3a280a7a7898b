/**
 * Makes the tables of data products: reads the sources and granted inputs, transforms them by the product's SQL, checks
 * the batch against its contract and promotes it, or keeps it aside. What fails is never seen by a reader, and a run that
 * is killed at any point leaves nothing half-published. It never answers queries and never decides who may see what.
 */
export type { BuildFault } from './build-fault.ts'
export type { Runs } from './face.ts'
export { governedInputs } from './input-relation.ts'
export type {
  CheckResult,
  EngineValue,
  RunLog,
  RunRecord,
  RunState,
  RunStep,
  Workshop,
  WorkshopRequest,
  WorkshopSession,
} from './needs.ts'
export { openRuns } from './open-runs.ts'
export { pointersOf, type PromotionOrder } from './pointers.ts'
export type { GovernedInput, InputRelation, RunsWorld } from './world.ts'
