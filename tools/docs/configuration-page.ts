import { settings } from '../../src/server/settings.ts'

/** `docs/configuration.md`, from the table of settings. */
export function configurationPage(): string {
  const rows = Object.values(settings).map(setting => {
    const choices = 'choices' in setting ? ` One of ${setting.choices.join(', ')}.` : ''
    const fallback = setting.default === '' || typeof setting.default === 'object' ? '' : `\`${setting.default}\``
    return `| \`${setting.key}\` | \`${setting.env}\` | ${fallback} | ${setting.is}${choices} |`
  })
  return `${[
    '# Configuration',
    'The server reads `meshwright.yaml` in its home; a variable of the environment goes before it, and an option of `meshwright up` before both. Every problem is told at once when it starts. Keys nest: `http.port` is `http: {port: 7400}`.',
    ['| key | variable | default | what |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    'The key of keyed hashes is no setting: `MESHWRIGHT_MASK_KEY`, else made at the first start and kept in `secrets/mask-key` of the home. The home itself is `--home`, else `MESHWRIGHT_HOME`, else `~/.meshwright`.',
  ].join('\n\n')}\n`
}
