import type { AnswerFormat, Bound, EngineError, Param } from '../../query/needs.ts'

/** What a worker is told. One task at a time; `cancel` may come while one is under way. */
export type ToWorker = ConfineMessage | { readonly t: 'cancel'; readonly id: number } | (Task & { readonly id: number })

/** What a process gives up, for good, before its first task. */
export interface ConfineMessage {
  readonly t: 'confine'
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** What it may map beyond what it maps now. */
  readonly addressSpaceMb: number
}

export type Task =
  | { readonly t: 'parse'; readonly sql: string }
  | {
      readonly t: 'bind'
      readonly tables: readonly TwinTable[]
      readonly sql: string
      readonly params: readonly WireParam[]
    }
  | RunTask
  | OpenTask
  | { readonly t: 'execute'; readonly sql: string }
  | { readonly t: 'describe'; readonly sql: string }
  | { readonly t: 'lock' }

export interface TwinTable {
  readonly schema: string
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

export interface RunTask {
  readonly t: 'run'
  readonly instance: InstanceSpec
  readonly sql: string
  readonly params: readonly WireParam[]
  readonly format: AnswerFormat
  readonly rowsMax: number
  readonly truncateRows?: number
}

/** All that makes one locked instance: equal keys, equal instances. */
export interface InstanceSpec {
  readonly key: string
  readonly relations: readonly {
    readonly schema: string
    readonly name: string
    readonly select: string
    /** A table of its authorised rows, made before the lock; else a view over its files. */
    readonly copied: boolean
    readonly copyColumns?: readonly string[]
  }[]
  /** What the instance may read after the lock. */
  readonly files: readonly string[]
  /** Something of its relations is hidden from who asks. */
  readonly hides: boolean
  readonly copyBytesMax: number
  readonly threads: number
  readonly memoryMb: number
}

export interface OpenTask {
  readonly t: 'open'
  readonly read: readonly string[]
  readonly write: string
  readonly threads: number
  readonly memoryMb: number
}

/** JSON has neither big integers nor infinities. */
export type WireParam =
  null | { readonly bool: boolean } | { readonly int: string } | { readonly double: string } | { readonly text: string }

export const wireParam = (param: Param): WireParam => {
  if (param === null) return null
  if (typeof param === 'boolean') return { bool: param }
  if (typeof param === 'bigint') return { int: param.toString() }
  if (typeof param === 'string') return { text: param }
  return Number.isSafeInteger(param) && !Object.is(param, -0) ? { int: param.toString() } : { double: String(param) }
}

/** What a worker says. */
export type FromWorker =
  | { readonly t: 'ready' }
  | ({ readonly t: 'confined' } & Confined)
  | { readonly t: 'head'; readonly id: number; readonly columns: Bound['columns'] }
  | { readonly t: 'end'; readonly id: number; readonly value: unknown }
  | ({ readonly t: 'failed'; readonly id: number } & Failure)

export interface Confined {
  /** The kernel's version of Landlock; 0: none. */
  readonly landlock: number
  readonly addressSpace: boolean
}

export interface Failure {
  readonly kind: EngineError['kind']
  readonly message: string
  readonly engineClass: string
  readonly position?: number
}

/** How a statement over rows ended. */
export interface RunEnd {
  readonly rows: number
  readonly truncated: boolean
}
