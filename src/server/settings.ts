/**
 * Every key of `meshwright.yaml`: the source of its parsing, of the environment variable that overrides it and of its
 * documentation. Secrets have no key: `MESHWRIGHT_MASK_KEY` is read from the environment or made at the first start.
 */
export const settings = {
  host: {
    key: 'http.host',
    env: 'MESHWRIGHT_HOST',
    value: 'text',
    default: '127.0.0.1',
    is: 'Address to listen at; this machine only unless changed.',
  },
  port: {
    key: 'http.port',
    env: 'MESHWRIGHT_PORT',
    value: 'port',
    default: 7400,
    is: 'Port of HTTP; 0 takes a free one.',
  },
  publicUrl: {
    key: 'http.url',
    env: 'MESHWRIGHT_PUBLIC_URL',
    value: 'url',
    default: '',
    is: 'Address under which people reach the server, for links; else where it listens.',
  },
  tlsKey: {
    key: 'http.tls.key',
    env: 'MESHWRIGHT_TLS_KEY',
    value: 'text',
    default: '',
    is: 'File with the private key, PEM; with the certificate it makes HTTP speak TLS.',
  },
  tlsCertificate: {
    key: 'http.tls.certificate',
    env: 'MESHWRIGHT_TLS_CERTIFICATE',
    value: 'text',
    default: '',
    is: 'File with the certificate and its chain, PEM.',
  },
  platformEngineer: {
    key: 'platformEngineer',
    env: 'MESHWRIGHT_PLATFORM_ENGINEER',
    value: 'text',
    default: '',
    is: 'Who answers for the installation at its first start; else the system’s user at localhost.',
  },
  logLevel: {
    key: 'log.level',
    env: 'MESHWRIGHT_LOG_LEVEL',
    value: 'choice',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    is: 'From which weight on something is logged, to standard error.',
  },
  queryWorkers: {
    key: 'query.workers',
    env: 'MESHWRIGHT_QUERY_WORKERS',
    value: 'count',
    default: 2,
    is: 'Engine processes that answer queries.',
  },
  queryMemoryMb: {
    key: 'query.memoryMb',
    env: 'MESHWRIGHT_QUERY_MEMORY_MB',
    value: 'count',
    default: 1024,
    is: 'Memory of one query.',
  },
  queryTimeoutS: {
    key: 'query.timeoutS',
    env: 'MESHWRIGHT_QUERY_TIMEOUT_S',
    value: 'count',
    default: 300,
    is: 'Time of one query.',
  },
  clientIdleS: {
    key: 'query.clientIdleS',
    env: 'MESHWRIGHT_CLIENT_IDLE_S',
    value: 'count',
    default: 60,
    is: 'A client that takes nothing of its answer for so long loses it.',
  },
  runsAtOnce: {
    key: 'runs.atOnce',
    env: 'MESHWRIGHT_RUNS_AT_ONCE',
    value: 'count',
    default: 2,
    is: 'Builds under way together.',
  },
  sourceFolders: {
    key: 'sources.folders',
    env: 'MESHWRIGHT_SOURCE_FOLDERS',
    value: 'folders',
    default: [],
    is: 'Folders whose files builds may read by absolute path; in the variable separated as in PATH.',
  },
  drainS: {
    key: 'drainS',
    env: 'MESHWRIGHT_DRAIN_S',
    value: 'count',
    default: 5,
    is: 'What is under way may end for so long after SIGTERM.',
  },
} as const satisfies Record<string, Setting>

export type Setting = { readonly key: string; readonly env: string; readonly is: string } & (
  | { readonly value: 'text' | 'url'; readonly default: string }
  | { readonly value: 'port' | 'count'; readonly default: number }
  | { readonly value: 'choice'; readonly choices: readonly string[]; readonly default: string }
  | { readonly value: 'folders'; readonly default: readonly string[] }
)

type Value<S> = S extends { value: 'port' | 'count' }
  ? number
  : S extends { value: 'folders' }
    ? readonly string[]
    : S extends { value: 'choice'; choices: readonly (infer C)[] }
      ? C
      : string

/** The whole configuration of a server: complete and frozen. */
export type Config = { readonly [N in keyof typeof settings]: Value<(typeof settings)[N]> }
