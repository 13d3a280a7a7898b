import { MeshError, nearest } from '../base/index.ts'
import { builtInPurposes, noPurposesYet, type MeshState, type Principal, type TableVersion } from '../mesh/index.ts'
import type { ClosedUse } from './closed-to-authors.ts'
import type { CompiledPolicy } from './compile-policy.ts'

/** What a refusal knows of the table that it is about. */
interface Wanted {
  readonly version: TableVersion
  /** Who lacks it: an agent, or the person for whom it acts. */
  readonly lacks: Principal
  /** Purposes for which there is access. */
  readonly purposes: readonly string[]
}

export function purposeUnknown(state: MeshState, purpose: string): MeshError {
  const known = Object.keys(state.settings.purposes)
  const meant = nearest(purpose, known)
  return new MeshError('purpose.unknown', `The mesh has no purpose ${purpose}.`, {
    fix:
      meant !== undefined
        ? `Did you mean ${meant}?`
        : listsNone(state)
          ? noPurposesYet
          : `Use one of ${known.join(', ')}.`,
    context: { purposes: known },
  })
}

const listsNone = (state: MeshState): boolean => Object.keys(state.settings.purposes).length === 0

export const knownPurposes = (state: MeshState): readonly string[] => [
  ...Object.keys(state.settings.purposes),
  ...Object.keys(builtInPurposes),
]

export function purposeRequired(candidates: readonly string[]): MeshError {
  return new MeshError(
    'purpose.required',
    `More than one purpose covers these tables: ${candidates.join(', ')}. Say which one this is for.`,
    { fix: `State it with --purpose ${candidates[0]}.`, context: { purposes: candidates } },
  )
}

/** `lacking` are the tables without access for the purpose, in the order of the statement. */
export function accessRequired(
  state: MeshState,
  asker: Principal,
  purpose: string | undefined,
  lacking: readonly Wanted[],
): MeshError {
  const [first] = lacking
  const table = first!.version.id
  const names = lacking.map(wanted => wanted.version.id).join(', ')
  const why = purpose === undefined ? '' : ` for the purpose ${purpose}`
  const granted = lacking
    .filter(wanted => wanted.purposes.length > 0)
    .map(wanted => `Access to ${wanted.version.id} is for ${wanted.purposes.join(', ')}.`)
  const team = ownerOf(state, first!.version)
  const { lacks } = first!
  const detail = [`${who(asker, lacks)} has no access to ${names}${why}.`, ...granted]
  const { command, fix } = nextStep(state, asker, lacks, table, purpose, team)
  return new MeshError('access.required', detail.join(' '), {
    fix,
    team,
    next: { command },
    context: { tables: lacking.map(wanted => wanted.version.id), ...(purpose === undefined ? {} : { purpose }) },
  })
}

/** Each table has access, but no one purpose covers them all. */
export function noCommonPurpose(state: MeshState, asker: Principal, wanted: readonly Wanted[]): MeshError {
  const held = wanted.map(({ version, purposes }) => `${version.id} (${purposes.join(', ')})`)
  const { version, lacks } = wanted.at(-1)!
  const purpose = wanted[0]?.purposes[0]
  const team = ownerOf(state, version)
  const { command, fix } = nextStep(state, asker, lacks, version.id, purpose, team)
  const detail = `No one purpose covers all tables: ${held.join(', ')}. One statement has one purpose.`
  return new MeshError('access.required', detail, {
    fix,
    team,
    next: { command },
    context: { tables: wanted.map(w => w.version.id) },
  })
}

export function policyDenied(policy: CompiledPolicy, table: string, message: string): MeshError {
  return new MeshError('policy.denied', `${message} (rule ${policy.name} of ${policy.policy.team})`, {
    rule: policy.name,
    team: policy.policy.team,
    fix: `Ask ${policy.policy.team}, who answer for the rule ${policy.name}.`,
    next: { command: `meshwright policy why ${table}` },
  })
}

export function policyUnenforceable(policy: CompiledPolicy, table: string, why: string): MeshError {
  return new MeshError(
    'policy.unenforceable',
    `The rule ${policy.name} of ${policy.policy.team} cannot be put in force on ${table}: ${why}.`,
    {
      rule: policy.name,
      team: policy.policy.team,
      fix: `Ask ${policy.policy.team} to mend the rule ${policy.name}; until then ${table} stays closed.`,
    },
  )
}

/** A grant whose bound on rows reads what its holder sees masked. */
export function rowsBetray(table: string, team: string, grant: string, { column, rule }: ClosedUse): MeshError {
  return new MeshError(
    'policy.unenforceable',
    `The access ${grant} to ${table} is bounded to rows by ${column}, which the rule ${rule} masks for you: the rows that are left would tell its values.`,
    { rule, team, fix: `Ask ${team} for access to ${table} that is bounded by other columns.` },
  )
}

function nextStep(
  state: MeshState,
  asker: Principal,
  lacks: Principal,
  table: string,
  purpose: string | undefined,
  team: string,
): { readonly command: string; readonly fix: string } {
  if (listsNone(state)) return { command: 'meshwright new mesh', fix: noPurposesYet }
  // Nobody asks for the purposes of owners and builds: those come with the role.
  const listed = Object.keys(state.settings.purposes)
  const named = purpose !== undefined && listed.includes(purpose) ? purpose : listed[0]!
  const forWhom = asker.kind === 'person' ? '' : ` --for ${lacks.id}`
  const command = `meshwright access request ${table} --purpose ${named}${forWhom}`
  return { command, fix: `Ask ${team} for access: ${command}` }
}

/** The team that owns a table. */
export const ownerOf = (state: MeshState, version: Pick<TableVersion, 'domain'>): string =>
  state.domains.get(version.domain)?.team ?? version.domain

const who = (asker: Principal, lacks: Principal): string =>
  asker === lacks ? asker.id : `${asker.id} acts for ${lacks.id}, who`
