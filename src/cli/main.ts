#!/usr/bin/env node
import { run } from './run-cli.ts'

// A reader that went away (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3))
if (isSomewhere()) process.exitCode = await run(process.argv.slice(2))
else {
  process.stderr.write('error: The folder that you are in is gone. [usage.invalid]\nGo to one that is there: cd\n')
  process.exitCode = 2
}
// A handle that something forgot must not keep a finished command alive.
setTimeout(() => process.exit(), 1000).unref()

/** Paths begin where a command was called; a folder that was removed meanwhile is nowhere. */
function isSomewhere(): boolean {
  try {
    return process.cwd() !== ''
  } catch {
    return false
  }
}
