/**
 * The nouns of a data mesh as plain readonly data, the events that change it, and the fold over them. Names of tables
 * and people are resolved here, on the state alone.
 * It never does IO, and it decides nothing: whether somebody may do or see something is asked of policy and control.
 */
export type { AccessAnswer, AccessRequest, Grant, TokenRecord } from './access.ts'
export { chained, chainStart, linkHash, linkProblem, type Anchor, type ChainProblem, type Link } from './chain.ts'
export type { Build, Input, Output, SourceFile } from './build.ts'
export type {
  Column,
  Comparison,
  Contract,
  ContractTable,
  Expectation,
  Rule,
  ServiceLevel,
  ValueOptions,
} from './contract.ts'
export {
  defaultInfrastructure,
  domainRoles,
  reservedDomainIds,
  type Domain,
  type DomainRole,
  type Infrastructure,
  type Role,
} from './domain.ts'
export type { Entry, LineageEdge, MeshEvent, Promotion, ReleaseChange } from './event.ts'
export { documentsDigest, evolve, fold } from './evolve.ts'
export { examineChain } from './examine-chain.ts'
export {
  maskNames,
  type Exception,
  type FindRule,
  type MaskName,
  type Policy,
  type PolicyTest,
  type PublishRule,
  type QueryRule,
  type RequestRule,
} from './policy.ts'
export { holds, knownPrincipals, principalOf, resolvePrincipal, type Principal } from './principal.ts'
export { productKinds, type Port, type Product, type ProductKind, type ProductStatus } from './product.ts'
export {
  builtInPurposes,
  noPurposesYet,
  defaultSettings,
  type ApprovalRules,
  type DataClass,
  type Identifier,
  type MeshSettings,
  type Person,
  type Prices,
  type Purpose,
} from './settings.ts'
export {
  emptyState,
  policyKey,
  type MeshState,
  type ProductState,
  type SnapshotRecord,
  type TableState,
  type TableVersion,
} from './state.ts'
export { stateFormat, stateFromJson, stateToJson } from './state-json.ts'
export { columnsNow, foldAscii, newestMajor, resolveTableName } from './table-name.ts'
export { compareVersions, majorOf, nextVersion, parseVersion } from './version.ts'
