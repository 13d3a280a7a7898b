/**
 * The command line: words to calls on the API, answers to text. One table of commands gives parsing, help, the
 * documentation page and completion. It holds no logic of the mesh: what a command means is decided by the server, and
 * only `check`, `up`, `new` from a file, `doctor` and `restore` work without one.
 */
export { commandHelp, overviewHelp } from './help.ts'
export { commands, commonOptions } from './commands.ts'
export type { Channel, Effects } from './effects.ts'
export { run } from './run-cli.ts'
