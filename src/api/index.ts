/**
 * The shapes that cross to clients: one source for types, validation and the OpenAPI document.
 * It never imports a room and never does anything.
 */
export { operation, type AnswerOf, type CallOf, type InputOf, type Operation } from './operation.ts'
export { operations, type OperationId, type Operations } from './operations.ts'
export { problemOf, statusOf } from './problem.ts'
export type {
  AccessRequestShape,
  PlanShape,
  Problem,
  ProductShape,
  ReceiptShape,
  RunShape,
  TableShape,
} from './shapes.ts'
export { openApi } from './openapi.ts'
export {
  answerMediaTypes,
  queryAnswer,
  queryBody,
  uploadAnswer,
  type QueryAnswerShape,
  type QueryBody,
} from './streaming.ts'
export { wrongValue, type WrongValue } from './wrong-value.ts'
