/**
 * What every room needs and nobody owns: issues (a person wrote something wrong), MeshError (the world said no, with a
 * permanent code), ids, time, JSON that keeps big integers, and the limits of the system.
 * It never imports anything of ours and knows nothing of meshes.
 */
export { assert, unreachable } from './assert.ts'
export { durationMs, systemClock, type Clock } from './clock.ts'
export { countOf } from './count-of.ts'
export { errorCodes, isErrorCode, type ErrorCode } from './error-codes.ts'
export { isGlob, matchesGlob } from './glob.ts'
export { newId, newSecret } from './ids.ts'
export { formatIssue, hasErrors, type Issue } from './issue.ts'
export { canonicalJson, digestOf, toJson, type Json } from './json.ts'
export { limits } from './limits.ts'
export { MeshError, messageOf, type ErrorDetails, type NextStep } from './mesh-error.ts'
export { nearest } from './nearest.ts'
export { quoteName, quoteText } from './quote.ts'
export { isReservedWord, nameInSql } from './reserved-words.ts'
export { headBytes, kindOfHead, type HeadKind } from './text-head.ts'
