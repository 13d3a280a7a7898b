/**
 * What each operation of the API does with the rooms: one handler for each entry of the table in `api/`.
 * It never knows a transport, and it decides nothing: policy and control do, and their refusals pass through.
 */
import { accessHandlers } from './access.ts'
import { auditHandlers } from './audit.ts'
import { catalogueHandlers } from './catalogue.ts'
import { governanceHandlers } from './governance.ts'
import type { Handlers } from './handler.ts'
import { identityHandlers } from './identity.ts'
import { installationHandlers } from './installation.ts'
import { publishHandlers } from './publish.ts'
import { runHandlers } from './runs.ts'

export const handlers: Handlers = {
  ...accessHandlers,
  ...auditHandlers,
  ...catalogueHandlers,
  ...governanceHandlers,
  ...identityHandlers,
  ...installationHandlers,
  ...publishHandlers,
  ...runHandlers,
}
export { chosenPurpose } from './governance.ts'
export type { Handler, Handlers } from './handler.ts'
export { productNamed } from './lookup.ts'
export { placedRefusal } from './placed-refusal.ts'
export type { Caller, DemoProgress, Finding, LedgerReader, Rooms } from './rooms.ts'
export { showProduct } from './show-product.ts'
