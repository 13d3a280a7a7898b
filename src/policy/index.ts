/**
 * Pure decisions by the rules of a mesh: may this release exist, what may this person see for this purpose now, who
 * decides on access, what may be found. Rules are composed by one law: any deny denies, filters conjoin, of masks and
 * limits the strictest holds, and the order of rules never matters. Every verdict says what determined it.
 * It never does IO and knows no SQL engine; what it cannot tell it refuses, naming the rule and its team.
 */
export { parseCondition } from './parse-condition.ts'
export { ConditionError } from './condition-error.ts'
export { printCondition } from './print-condition.ts'
export { entitlementsOf } from './condition-parts.ts'
export { portableFunctions, type Condition, type PortableFunction, type Value } from './condition.ts'
export type {
  Allowed,
  Denied,
  Determinant,
  LimitSet,
  PolicyWarning,
  QueryDecision,
  QueryQuestion,
  SeenColumn,
  TableDecision,
} from './decision.ts'
export { checkPolicy } from './check-policy.ts'
export type { PolicyProblem } from './policy-problem.ts'
export { decidePublish, type PublishDecision, type PublishQuestion, type PublishViolation } from './decide-publish.ts'
export { decideQuery, rowsWouldBetray } from './decide-query.ts'
export { decideRequest, type RequestDecision, type RequestQuestion } from './decide-request.ts'
export { fitMask } from './fit-mask.ts'
export { joinMasks } from './mask-order.ts'
export { maskedType } from './masked-type.ts'
export { mayDiscover } from './may-discover.ts'
export { mayLookUp } from './may-look-up.ts'
export { ruleName } from './rule-name.ts'
export { testPolicy, type PolicyTestResult } from './test-policy.ts'
export { typeFamily, type TypeFamily } from './type-family.ts'
export { columnAt } from './filter-fault.ts'
export { versionFor } from './version-for.ts'
