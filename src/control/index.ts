/**
 * The use cases: publish, promote, request and answer access, make tokens. Each is a pure function from the state and a
 * command to events or a refusal; `openControl` writes the events to the ledger, and the state is the fold over it.
 * It never knows a transport, reads no data of products, and lets nobody do what the table of rights does not say.
 */
export { approversNamed, isOwn, openLinks, speaksFor } from './approvers.ts'
export { authenticate, type Authenticated } from './authenticate.ts'
export type { Command, Consumer, Control, Outcome, Plan, PlanItem, Publication, Violation } from './command.ts'
export { consumersOf } from './consumers.ts'
export { decide } from './decide.ts'
export type { Decided, Effects } from './decided.ts'
export { governanceMembers } from './governance-members.ts'
export type { Bundles, EntryDraft, Ledger, LedgerProblem } from './needs.ts'
export { openControl, type ControlOptions } from './open-control.ts'
export { planPublication, planWithState } from './publish/plan-publication.ts'
export { circleRefusals } from './publish/product-order.ts'
export { productsInCircles, type TableReads } from './publish/table-circles.ts'
export { mayDo, rights, type Action } from './rights.ts'
export { stateAt } from './state-at.ts'
export { stoppedInputs, type StoppedInput } from './stopped-inputs.ts'
export { steadyClock } from './steady-clock.ts'
