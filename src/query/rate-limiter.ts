import { MeshError } from '../base/index.ts'
import type { Allowed } from '../policy/index.ts'

/** Counts the statements of the last minute of each principal under each rule that limits them. */
export function rateLimiter() {
  const recent = new Map<string, readonly number[]>()
  return {
    /** Throws `busy.rate` where one more is too many. */
    require(who: string, decision: Allowed, at: Date): void {
      const limit = decision.limits?.perMinute
      if (limit === undefined) return
      const key = `${limit.rule} ${who}`
      const since = at.getTime() - 60_000
      const lately = (recent.get(key) ?? []).filter(time => time > since)
      if (lately.length >= limit.most) {
        throw new MeshError('busy.rate', `The rule ${limit.rule} allows ${limit.most} statements a minute.`, {
          rule: limit.rule,
          team: limit.team,
        })
      }
      recent.set(key, [...lately, at.getTime()])
    },
  }
}
