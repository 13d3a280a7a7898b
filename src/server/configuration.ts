import { existsSync, readFileSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { MeshError, nearest, unreachable, type Issue } from '../base/index.ts'
import { readYaml } from '../spec/index.ts'
import { settings, type Config, type Setting } from './settings.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * `meshwright.yaml` of the home, overridden by the environment, overridden by what the command line says; `unless` goes
 * before the defaults. Every problem is told at once, each with its place.
 */
export function readConfig(home: string, env: Env, given: Partial<Config> = {}, unless: Partial<Config> = {}): Config {
  const file = join(home, 'meshwright.yaml')
  const document = existsSync(file) ? readYaml({ path: file, text: readFileSync(file, 'utf8') }) : undefined
  const issues: Issue[] = [...(document?.issues ?? [])]
  const written = document?.value === undefined || document.value === null ? {} : flattened(document.value)
  for (const key of written === undefined ? [] : Object.keys(written)) {
    if (allSettings.some(setting => setting.key === key)) continue
    const near = nearest(
      key,
      allSettings.map(s => s.key),
    )
    issues.push({
      code: 'configuration.unknown-key',
      severity: 'error',
      message: `There is no setting ${key}.`,
      fix: near === undefined ? 'Remove it.' : `Did you mean ${near}?`,
      file,
      path: key,
      ...document?.placeOf(key.split('.'), 'key'),
    })
  }
  if (written === undefined) {
    issues.push({
      code: 'configuration.form',
      severity: 'error',
      message: 'The configuration is a map of settings.',
      file,
    })
  }
  const config = Object.fromEntries(
    (Object.entries(settings) as [keyof Config, Setting][]).map(([name, setting]) => {
      const fromEnv = env[setting.env]
      const raw = given[name] ?? (fromEnv === undefined || fromEnv === '' ? written?.[setting.key] : fromEnv)
      const value = raw === undefined ? (unless[name] ?? setting.default) : valueOf(setting, raw)
      if (value !== undefined) return [name, value]
      const place =
        fromEnv === undefined || fromEnv === ''
          ? { file, path: setting.key, ...document?.placeOf(setting.key.split('.')) }
          : { path: setting.env }
      issues.push({ code: 'configuration.value', severity: 'error', message: expected(setting, raw), ...place })
      return [name, setting.default]
    }),
  ) as Config
  if ((config.tlsKey === '') !== (config.tlsCertificate === '')) {
    issues.push({
      code: 'configuration.tls',
      severity: 'error',
      message: 'TLS needs both a key and a certificate.',
      fix: 'Set http.tls.key and http.tls.certificate.',
    })
  }
  if (issues.length === 0) return Object.freeze(config)
  throw new MeshError(
    'usage.invalid',
    `The configuration of ${home} has ${issues.length === 1 ? 'a problem' : `${issues.length} problems`}.`,
    {
      issues,
      fix: 'Mend meshwright.yaml or the variables named.',
    },
  )
}

const allSettings: readonly Setting[] = Object.values(settings)

/** Nested maps as `a.b`; undefined for what is no map. Lists are values. */
function flattened(value: unknown, prefix = ''): Record<string, unknown> | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const flat: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    const path = `${prefix}${key}`
    const nested = allSettings.some(s => s.key === path) ? undefined : flattened(member, `${path}.`)
    if (nested === undefined) flat[path] = member
    else Object.assign(flat, nested)
  }
  return flat
}

/** The finished value, or undefined where it is none. */
function valueOf(setting: Setting, raw: unknown): unknown {
  switch (setting.value) {
    case 'text':
      return typeof raw === 'string' ? raw : undefined
    case 'url':
      return typeof raw === 'string' && /^https?:$/.test(URL.canParse(raw) ? new URL(raw).protocol : '')
        ? raw.replace(/\/+$/, '')
        : undefined
    case 'port':
    case 'count': {
      const number = typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : raw
      const [min, max] = setting.value === 'port' ? [0, 65_535] : [1, 1_000_000]
      return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max
        ? number
        : undefined
    }
    case 'choice':
      return typeof raw === 'string' && setting.choices.includes(raw) ? raw : undefined
    case 'folders': {
      const folders = typeof raw === 'string' ? raw.split(delimiter).filter(Boolean) : raw
      return Array.isArray(folders) && folders.every(f => typeof f === 'string' && isAbsolute(f)) ? folders : undefined
    }
    default:
      return unreachable(setting)
  }
}

const forms = {
  text: () => 'a text',
  url: () => 'an address that begins with http:// or https://',
  port: () => 'a whole number from 0 to 65535',
  count: () => 'a whole number of 1 or more',
  choice: (setting: Setting) => `one of ${'choices' in setting ? setting.choices.join(', ') : ''}`,
  folders: () => 'a list of absolute paths',
} as const

const expected = (setting: Setting, raw: unknown) =>
  `${setting.key} is ${forms[setting.value](setting)}, and ${JSON.stringify(raw)} is not.`
