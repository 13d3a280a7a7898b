import { countOf, digestOf, MeshError } from '../base/index.ts'
import { foldAscii } from '../mesh/index.ts'
import { appendNews } from './append-news.ts'
import { growingInputs, isGrowing, type BuildGrowth } from './build-growth.ts'
import type { Gathered, SourceContent } from './gather.ts'
import type { TakenFile } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { markOf, type Remembered } from './remembered.ts'

/** What a run reads of the files of one output. */
export interface News {
  /** Input → the files that are read; an input that is not there is read whole. */
  readonly fresh: ReadonlyMap<string, readonly SourceContent[]>
  /** Files whose rows the table has after the run; undefined where nobody can tell. */
  readonly taken: readonly TakenFile[] | undefined
  readonly notes: readonly string[]
  /** Nothing that is read changed since the last run. */
  readonly isSame: boolean
}

export interface NewsOrder {
  readonly gathered: Gathered
  readonly output: OutputPlan
  readonly past: Remembered
  /** A backfill or a sample reads everything, and says nothing about what comes next. */
  readonly isPart: boolean
  /** How the answer grows with the inputs named. */
  readonly growth: (growing: readonly string[]) => Promise<BuildGrowth>
}

/**
 * What is news. An append without a watermark takes each file once, and only where the answer grows row by row with its
 * files. Elsewhere to leave a file unread only saves time, which it may where nothing but such files changed.
 */
export async function newsOf(order: NewsOrder): Promise<News> {
  const { gathered, output, past, isPart } = order
  const { mode, watermark } = output.output
  const all = filesOf(gathered, [...output.inputs.keys()])
  const now = seenOf(gathered, output)
  const whole = { fresh: new Map<string, readonly SourceContent[]>(), notes: [], isSame: false }
  if (isPart) return { ...whole, taken: past.taken && withParts(past.taken, all) }
  if (mode === 'full' || past.afresh) return { ...whole, taken: plain(all) }
  if (mode === 'append' && watermark === undefined) return filesToAppend(order)
  const taken = past.taken && together(past.taken, all)
  if (past.consumed === undefined) return { ...whole, taken }
  const { consumed } = past
  const growing = growingInputs(output.inputs)
  const isKnown = (name: string) => sameMarks(consumed[name], now.get(name))
  const others = [...output.inputs.keys()].filter(name => !growing.includes(name))
  if (mode === 'partition') {
    const isSame = [...output.inputs.keys()].every(isKnown) && (await order.growth(growing)).isSteady
    return { ...whole, isSame, taken: watermark === undefined ? plain(all) : taken }
  }
  if (growing.length === 0 || !others.every(isKnown)) return { ...whole, taken }
  const { growth, isSteady } = await order.growth(growing)
  if (growth !== 'rows' || !isSteady) return { ...whole, taken }
  const fresh = growing.map(name => {
    const known = new Set(consumed[name])
    return [name, filesOf(gathered, [name]).filter(file => !known.has(markOf(file)))] as const
  })
  return { ...whole, fresh: new Map(fresh), taken }
}

async function filesToAppend({ gathered, output, past, growth }: NewsOrder): Promise<News> {
  const growing = growingInputs(output.inputs)
  const refusal = refuseAppend(output, await growth(growing))
  if (refusal !== undefined) throw refusal
  if (past.taken === undefined) {
    throw new MeshError(
      'run.failed',
      `The record of the run that made ${output.table.id} is gone, so nobody can say which files its rows came from.`,
      { fix: 'Build it once with mode: full, or add watermark: COLUMN to the output in build.yaml.' },
    )
  }
  const files = filesOf(gathered, growing)
  const news = appendNews(files, upgraded(past.taken, files))
  if (news.changed.length > 0) throw changedProblem(output, news.changed)
  const isFresh = new Set(news.fresh.map(markOf))
  const fresh = growing.map(
    name => [name, filesOf(gathered, [name]).filter(file => isFresh.has(markOf(file)))] as const,
  )
  return { fresh: new Map(fresh), taken: news.taken, notes: movedNote(news.moved), isSame: news.fresh.length === 0 }
}

/**
 * Why an append without a watermark cannot tell what is new, or undefined. `growth`: of the SQL with the inputs whose files
 * are news.
 */
export function refuseAppend({ output, table, inputs }: OutputPlan, { growth }: BuildGrowth): MeshError | undefined {
  if (output.mode !== 'append' || output.watermark !== undefined || growth === 'rows') return undefined
  // What reads nothing says of its own accord what each run adds.
  if (inputs.size === 0) return undefined
  const growing = growingInputs(inputs)
  const mark = `add watermark: COLUMN to outputs.${table.name} in build.yaml`
  if (growing.length === 0) {
    return new MeshError(
      'run.failed',
      `Mode append of ${table.name} reads no file, so without a watermark each run would add all of its rows again.`,
      { fix: `${capital(mark)}, or build it with mode: merge or full.` },
    )
  }
  const named = growing.join(' and ')
  const several = growing.length > 1 && ![...inputs.values()].some(isGrowing)
  return new MeshError(
    'run.failed',
    `Mode append of ${table.name} adds the rows of each new file once, but ${output.file} does not answer row by row in ${named}: ` +
      'it sums up, sorts out or joins what comes with what came before, or answers where nothing came.',
    {
      fix: several
        ? `Name the input that grows by a pattern, such as ${growing[0]}*.csv; ${mark}; or use mode: merge or full.`
        : `${capital(mark)}, or use mode: merge or full. What rows are looked up in is named as one file, without a pattern.`,
    },
  )
}

function changedProblem({ table }: OutputPlan, [first, ...more]: readonly SourceContent[]): MeshError {
  const others = more.length === 0 ? '' : `, and ${countOf(more.length, 'other')}`
  return new MeshError(
    'source.unreadable',
    `${first!.path} changed after its rows were added to ${table.id}${others}; what is new in it cannot be told, so nothing was added.`,
    {
      fix: 'Write new rows into a new file; or add watermark: COLUMN to the output in build.yaml; or use mode: merge with a key.',
      context: { files: [first!, ...more].map(file => file.path) },
    },
  )
}

function movedNote(moved: readonly { readonly file: TakenFile; readonly from: string }[]): readonly string[] {
  const [first] = moved
  if (first === undefined) return []
  const more = moved.length === 1 ? '' : `, and so with ${countOf(moved.length - 1, 'other file')}`
  return [
    `${first.file.path} says what ${first.from} said, which was added before and is gone: it is taken for the same file, and was not added again${more}.`,
  ]
}

/** Marks of an older form tell the time of a file's last change: unless that moved, the content is what it was. */
function upgraded(taken: readonly TakenFile[], files: readonly SourceContent[]): readonly TakenFile[] {
  return taken.map(file => {
    if (!/^\d+$/.test(file.digest)) return file
    const same = files.find(({ path, stamp }) => path === file.path && modifiedMs(stamp) === file.digest)
    return same === undefined ? file : { path: same.path, digest: same.digest }
  })
}

const modifiedMs = (stamp: string | undefined): string =>
  stamp === undefined ? '' : String(BigInt(stamp.split(' ')[3] ?? '0') / 1_000_000n)

const filesOf = (gathered: Gathered, names: readonly string[]): readonly SourceContent[] =>
  names.flatMap(name => gathered.sources.get(name)?.files ?? [])

/** A file of which a backfill took a part is neither new nor known: by what is no digest it counts as changed. */
function withParts(taken: readonly TakenFile[], files: readonly SourceContent[]): readonly TakenFile[] {
  const known = new Set(taken.map(markOf))
  const parts = files.filter(file => !known.has(markOf(file)))
  return together(
    taken,
    parts.map(({ path, digest }) => ({ path, digest: `part of ${digest}` })),
  )
}

const plain = (files: readonly TakenFile[]): readonly TakenFile[] => together([], files)

const together = (a: readonly TakenFile[], b: readonly TakenFile[]): readonly TakenFile[] => [
  ...new Map([...a, ...b].map(({ path, digest }) => [markOf({ path, digest }), { path, digest }])).values(),
]

/** What a run sees of each input, as marks; undefined where it cannot be told. */
export function seenOf(gathered: Gathered, { inputs }: OutputPlan): ReadonlyMap<string, readonly string[] | undefined> {
  return new Map(
    [...inputs.keys()].map(name => {
      const source = gathered.sources.get(name)
      if (source !== undefined) return [name, source.files.map(markOf)]
      const table = gathered.tables.get(name)
      if (table === undefined || table === 'own') return [name, undefined]
      // What a rule leaves of a table may be another part of it at another time.
      if (table.restricted) return [name, undefined]
      return [name, [`@${digestOf({ table: foldAscii(table.table), select: table.select, snapshot: table.snapshot })}`]]
    }),
  )
}

const sameMarks = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a !== undefined && b !== undefined && a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n')

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
