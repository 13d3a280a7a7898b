import { nextVersion } from '../mesh/index.ts'
import type { Change, Weight } from './change.ts'

/** The heaviest of the changes; no change at all is safe. */
export function weightOf(changes: readonly Change[]): Weight {
  if (changes.some(change => change.weight === 'breaking')) return 'breaking'
  return changes.some(change => change.weight === 'risky') ? 'risky' : 'safe'
}

/**
 * The lowest version that may carry the changes: breaking ones ask for the next major, risky ones and additions for the
 * next minor (semver.org 2.0.0, sections 7 and 8), everything else for the next patch; the version itself without any.
 */
export function dueVersion(version: string, changes: readonly Change[]): string {
  if (changes.length === 0) return version
  const weight = weightOf(changes)
  return nextVersion(version, weight === 'safe' && changes.some(adds) ? 'risky' : weight)
}

const adds = (change: Change) => change.kind === 'column-added' || change.kind === 'table-added'
