/**
 * What a contract promises, made useful: which change of it hits whom (`compareProducts`), which version that makes
 * due, what has to be measured on a batch (`checksOf`, `planChecks`) and on the rows that stay (`checksOfEachRow`), what the measurements mean (`judge`), and why a
 * single row breaks it (`rowCondition`).
 * It never does IO: it writes SQL text in DuckDB's dialect and reads the rows that others got for it.
 */
export type { Change, Weight } from './change.ts'
export { compareProducts } from './compare-products.ts'
export { checksOf, type Check, type CheckScope } from './checks-of.ts'
export { checksOfAllRows, checksOfEachRow, expectationsDigest, failedOf, togetherWith } from './earlier-rows.ts'
export { conditionQuery, failingRows, type FailingRows } from './failing-rows.ts'
export { judge, type Judgement, type MeasuredRow } from './judge.ts'
export { planChecks, type BatchFacts, type CheckPlan, type CheckRelations, type CheckStatement } from './plan-checks.ts'
export { rowCondition, type RowCondition, type RowSource } from './row-condition.ts'
export type { CheckVerdict } from './verdict.ts'
export { dueVersion, weightOf } from './weight.ts'
