import { pino, type Logger, type LoggerOptions } from 'pino'
import type { HttpLog } from '../protocols/http/index.ts'
import type { Config } from './settings.ts'

/** What never belongs into a log, wherever it stands. */
const secrets = ['token', 'authorization', 'password', 'secret', 'cookie', 'maskKey']

/**
 * Lines of JSON on standard error; JSON escapes control characters, so that one event is one line whatever a name or a
 * statement holds. Statements of people are not logged at all: the ledger's query log keeps them.
 */
export function openLog(config: Pick<Config, 'logLevel'>, write?: (line: string) => void): HttpLog {
  const options: LoggerOptions = {
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: [...secrets, ...secrets.map(s => `*.${s}`)], censor: '(not logged)' },
  }
  const logger: Logger =
    write === undefined ? pino(options, pino.destination({ dest: 2, sync: true })) : pino(options, { write })
  return (level, message, facts) => logger[level](facts, message)
}
