const pattern = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/

/** The three numbers of a semantic version (semver.org 2.0.0, section 2), or undefined. */
export function parseVersion(text: string): readonly [number, number, number] | undefined {
  const match = pattern.exec(text)
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])]
}

/** The major of a version that was checked when it was parsed. */
export const majorOf = (version: string): number => parseVersion(version)?.[0] ?? 0

/** Below, equal or above: −1, 0, 1. Pre-release parts are not compared. */
export function compareVersions(a: string, b: string): -1 | 0 | 1 {
  const [x, y] = [parseVersion(a) ?? [0, 0, 0], parseVersion(b) ?? [0, 0, 0]]
  for (const i of [0, 1, 2] as const) if (x[i] !== y[i]) return x[i] < y[i] ? -1 : 1
  return 0
}

/** The next version for a change of that weight. */
export function nextVersion(version: string, change: 'breaking' | 'risky' | 'safe'): string {
  const [major, minor, patch] = parseVersion(version) ?? [0, 0, 0]
  if (change === 'breaking') return `${major + 1}.0.0`
  return change === 'risky' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}
