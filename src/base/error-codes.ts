/**
 * Every way in which the world says no. Codes are permanent: scripts rely on them. `title` is the short name that is
 * the same for every occurrence, `fix` what to do when the place that throws knows nothing better.
 */
export const errorCodes = {
  'sql.parse': { title: 'The SQL cannot be parsed', fix: 'Mend the statement at the place named.' },
  'sql.unsupported': {
    title: 'The gateway does not let this construct through',
    fix: 'Write the statement without it.',
  },
  'sql.table-not-found': { title: 'There is no such table', fix: 'See what there is with: meshwright show mesh' },
  'sql.column-not-found': {
    title: 'There is no such column',
    fix: 'Look at the columns of its table.',
  },
  'sql.function-not-found': { title: 'There is no such function', fix: 'Use a function of the documented list.' },
  'sql.snapshot-not-found': {
    title: 'There is no such snapshot',
    fix: 'Look at the snapshots of its table.',
  },
  'sql.ambiguous': { title: 'The name is ambiguous', fix: 'Qualify the column with its table or alias.' },
  'sql.type': { title: 'The types do not fit', fix: 'Cast one side explicitly.' },
  'sql.parameters': { title: 'The parameters do not fit the statement', fix: 'Give one value for each ? or $n.' },
  'sql.invalid': { title: 'The statement is not valid', fix: 'Mend the statement at the place named.' },
  'sql.cancelled': { title: 'The statement was cancelled', fix: 'Run it again.' },
  'sql.runtime': {
    title: 'The statement failed while it ran',
    fix: 'Use TRY_CAST or a condition that excludes the values that fail.',
  },
  'access.required': { title: 'Access is required', fix: 'Ask for access.' },
  'purpose.required': {
    title: 'A purpose is required',
    fix: 'State one with --purpose or the header Meshwright-Purpose.',
  },
  'purpose.unknown': { title: 'There is no such purpose', fix: 'See the purposes with: meshwright show mesh' },
  'purpose.mismatch': {
    title: 'The purpose disagrees with the token',
    fix: 'Leave the purpose out, or use another token.',
  },
  'policy.denied': { title: 'A policy denies this', fix: 'Ask the team that answers for the rule.' },
  'policy.unenforceable': {
    title: 'A policy cannot be put in force here',
    fix: 'Ask the team that answers for the rule.',
  },
  'policy.invalid': { title: 'The policy is not valid', fix: 'Mend the rule at the place named.' },
  'role.required': { title: 'Your role does not allow this', fix: 'Ask somebody who holds the role.' },
  'auth.required': { title: 'Sign in first', fix: 'Sign in with a token of yours: meshwright login' },
  'auth.invalid': {
    title: 'The token is not valid',
    fix: 'Ask your platform engineer for a new one, then sign in with it: meshwright login',
  },
  'limit.time': { title: 'The time limit was reached', fix: 'Ask for less, or narrow the statement by a filter.' },
  'limit.memory': { title: 'The memory limit was reached', fix: 'Ask for fewer rows or columns.' },
  'limit.rows': { title: 'The row limit was reached', fix: 'Add a LIMIT or aggregate.' },
  'limit.copy': { title: 'The authorised copy would be too large', fix: 'Name fewer columns, or filter more.' },
  'busy.rate': { title: 'Too many requests', fix: 'Wait a moment and try again.' },
  'busy.queue': { title: 'The server is too busy', fix: 'Wait a moment and try again.' },
  'busy.starting': { title: 'The server is starting', fix: 'Wait a moment and try again.' },
  'busy.draining': { title: 'The server is shutting down', fix: 'Try again when it is back.' },
  'request.invalid': { title: 'The request is not valid', fix: 'See the API description at /api/openapi.json.' },
  'request.method': {
    title: 'The address does not know this method',
    fix: 'See the API description at /api/openapi.json.',
  },
  'request.media-type': {
    title: 'The body is of another type',
    fix: 'Send JSON, with Content-Type: application/json.',
  },
  'request.too-large': { title: 'The request is too large', fix: 'Send less.' },
  'request.conflict': { title: 'Somebody else was faster', fix: 'Look at the current state and try again.' },
  'thing.not-found': { title: 'There is no such thing', fix: 'Check its name.' },
  'document.invalid': { title: 'The documents have errors', fix: 'Mend them at the places that are named.' },
  'release.breaking': {
    title: 'The release would break its consumers',
    fix: 'Keep the columns that they use, or agree with them first.',
  },
  'release.version': { title: 'The version does not fit the change', fix: 'Declare the version that is due.' },
  'release.immutable': { title: 'A published version cannot change', fix: 'Declare a new version.' },
  'release.empty': {
    title: 'There is nothing to publish',
    fix: 'Point publish at a folder with a mesh.yaml, domain.yaml or a contract.',
  },
  'table.no-data': {
    title: 'The table has no data yet',
    fix: 'Wait for its first run, or start it: meshwright run DOMAIN.PRODUCT',
  },
  'table.name-clash': { title: 'The table name is taken', fix: 'Give the table a name that is unique in its domain.' },
  'run.rejected': { title: 'The batch failed its contract', fix: 'See what failed: meshwright run show ID --rejected' },
  'run.failed': { title: 'The run failed', fix: 'Mend the cause and run it again.' },
  'run.cancelled': { title: 'The run was cancelled', fix: 'Start it again: meshwright run DOMAIN.PRODUCT' },
  'run.busy': {
    title: 'A run of this product is under way',
    fix: 'Wait for it, or cancel it: meshwright run cancel ID',
  },
  'source.not-found': { title: 'A source cannot be found', fix: 'Check the path of the input.' },
  'source.unreadable': { title: 'A source cannot be read', fix: 'Check the file.' },
  'storage.full': { title: 'The disk is full', fix: 'Free some space and try again.' },
  'storage.damaged': { title: 'A stored file is damaged', fix: 'Restore it from a backup: meshwright restore' },
  'ledger.damaged': {
    title: 'The ledger does not verify',
    fix: 'Restore it from a backup, and find out who changed it.',
  },
  'home.locked': { title: 'Another server uses this home', fix: 'Stop it, or start with another --home.' },
  'server.unreachable': { title: 'The server cannot be reached', fix: 'Start it: meshwright up' },
  'engine.crashed': { title: 'The engine process ended', fix: 'Try again; if it happens again, narrow the statement.' },
  'usage.invalid': { title: 'The command is not used rightly', fix: 'See: meshwright help' },
  internal: { title: 'Meshwright made a mistake', fix: 'Report it with the request id.' },
} as const satisfies Record<string, { readonly title: string; readonly fix: string }>

export type ErrorCode = keyof typeof errorCodes

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code)
