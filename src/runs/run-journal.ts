import type { Clock } from '../base/index.ts'
import type { RunLog, RunRecord, RunStep } from './needs.ts'

/** The record of one run while it is under way: every change is durable before anybody is told. */
export interface RunJournal {
  readonly record: () => RunRecord
  /** Starts a step; a step that is still running is done with it. */
  begin(name: string, state?: RunRecord['state']): Promise<void>
  /** Ends the running step. */
  end(state: 'done' | 'failed', rows?: number): Promise<void>
  change(part: Partial<RunRecord>): Promise<void>
  /** Ends the running step, and with it the run. */
  finish(step: 'done' | 'failed', part: Partial<RunRecord>): Promise<void>
}

export function openJournal(
  first: RunRecord,
  log: RunLog,
  clock: Clock,
  tell: (record: RunRecord) => void,
): RunJournal {
  let record = first

  async function change(part: Partial<RunRecord>): Promise<void> {
    record = { ...record, ...part }
    await log.put(record)
    tell(record)
  }

  function ended(state: RunStep['state'], rows?: number): readonly RunStep[] {
    const now = clock().getTime()
    return record.steps.map(step =>
      step.state !== 'running'
        ? step
        : { ...step, state, elapsedMs: now - Date.parse(step.startedAt), ...(rows === undefined ? {} : { rows }) },
    )
  }

  return {
    record: () => record,
    change,
    async begin(name, state) {
      const step: RunStep = { name, state: 'running', startedAt: clock().toISOString() }
      await change({ steps: [...ended('done'), step], ...(state === undefined ? {} : { state }) })
    },
    async end(state, rows) {
      await change({ steps: ended(state, rows) })
    },
    async finish(step, part) {
      await change({ steps: ended(step), ...part })
    },
  }
}

const over: ReadonlySet<RunRecord['state']> = new Set(['promoted', 'sampled', 'rejected', 'failed', 'cancelled'])

export const isOver = (state: RunRecord['state']): boolean => over.has(state)
