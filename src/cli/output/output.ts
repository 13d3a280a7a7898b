import { toJson } from '../../base/index.ts'
import { calledBy } from '../call-name.ts'
import type { Effects } from '../effects.ts'
import { printable } from './printable.ts'
import { openProgress, type Progress } from './progress.ts'
import { textTable, type TableColumn } from './table.ts'

/** What a command says: its answer on standard output, everything else on standard error. */
export interface Output {
  readonly json: boolean
  /** With `--json` the document, else the text; exactly one answer for each command. */
  answer(document: unknown, text: () => string): Promise<void>
  /** The same for text that holds data: it is printed as it is. */
  data(document: unknown, text: () => string): Promise<void>
  /** As it is, whatever `--json` says: CSV, a script. */
  raw(bytes: string | Uint8Array): Promise<void>
  note(text: string): Promise<void>
  table(columns: readonly (string | TableColumn)[], rows: readonly (readonly string[])[]): string
  progress(): Progress
}

export function openOutput({ stdout, stderr, env, self = 'meshwright' }: Effects, json: boolean): Output {
  const widthMax = stdout.width ?? (env['COLUMNS'] === undefined ? undefined : Number(env['COLUMNS']))
  return {
    json,
    answer: (document, text) => stdout.write(json ? `${toJson(document)}\n` : `${calledBy(self, printable(text()))}\n`),
    data: (document, text) => stdout.write(json ? `${toJson(document)}\n` : `${printable(text())}\n`),
    raw: bytes => stdout.write(bytes),
    note: text => stderr.write(`${calledBy(self, printable(text))}\n`),
    table: (columns, rows) =>
      textTable(
        columns.map(c => (typeof c === 'string' ? { title: c } : c)),
        rows,
        widthMax,
      ),
    progress: () => openProgress(stderr, json),
  }
}
