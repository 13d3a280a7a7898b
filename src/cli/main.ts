#!/usr/bin/env node
import { run } from './run-cli.ts'

// A reader that went away (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3))
process.exitCode = await run(process.argv.slice(2))
// A handle that something forgot must not keep a finished command alive.
setTimeout(() => process.exit(), 1000).unref()
