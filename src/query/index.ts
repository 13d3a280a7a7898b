/**
 * One governed SQL: a statement is parsed by the engine's own parser, walked with an allow-list, resolved, decided on,
 * and run over views that hold nothing but what its asker may see. Every answer is recorded before its first byte.
 * It trusts no text, prints none of a person's text back, and decides no policy; what it does not understand it refuses.
 */
export { openGateway, type GatewayParts } from './gateway.ts'
export type {
  Explanation,
  Gateway,
  GatewayWorld,
  Notice,
  QueryAnswer,
  QueryRequest,
  Receipt,
  StatementEnd,
} from './gateway-face.ts'
export {
  aggregateFunctions,
  denialOf,
  denials,
  functionsPage,
  isAllowed,
  operatorFunctions,
  scalarFunctions,
  tableFunctions,
  windowFunctions,
} from './functions/index.ts'
export {
  lineageOfPlan,
  sourceKey,
  sourceOf,
  UnknownPlan,
  type How,
  type PlanLineage,
  type Sources,
} from './bind/plan-lineage.ts'
export { bindError } from './errors/bind-error.ts'
export { conditionSql, type ConditionScope } from './govern/condition-sql.ts'
export { governedRelation, type GovernOrder } from './govern/governed-relation.ts'
export { governWorld, type GovernWorld } from './govern/govern-world.ts'
export { maskSql } from './govern/mask-sql.ts'
export { scanSql, type ReadableSnapshot } from './govern/scan-sql.ts'
export {
  EngineError,
  type Answer,
  type AnswerFormat,
  type BindRequest,
  type Bound,
  type Engine,
  type EngineLoad,
  type LakePaths,
  type MaskKey,
  type Param,
  type QueryLog,
  type QueryOutcome,
  type QueryRecord,
  type Relation,
  type RunLimits,
  type RunRequest,
  type RunTotals,
} from './needs.ts'
export { parseStatement } from './parse-statement.ts'
export { parseTree } from './parse-tree.ts'
export { readColumns } from './resolve/read-columns.ts'
export { placeOf as placeInSql } from './text/places.ts'
export { Num, type Tree } from './tree.ts'
export { walkStatement, type TableReference, type Walk } from './walk/walk-statement.ts'
