import type { ColumnGuess } from '../../scaffold/index.ts'
import { isOn, textOf, type Cli, type Given } from '../command.ts'
import { terminalAsk } from './ask.ts'
import type { Place } from './find-place.ts'
import type { Look } from './look.ts'
import type { MeshView } from './mesh-view.ts'

export interface Words {
  readonly purpose: string
  readonly channel: string
  readonly columns: readonly ColumnGuess[]
}

/** What no look can tell. At a terminal it is asked; elsewhere, and with `--yes`, what is likely is taken. */
export async function askFor(
  given: Given,
  { place, name, look, view }: { place: Place; name: string; look: Look; view: MeshView },
  { effects, output }: Cli,
): Promise<Words> {
  const likely = {
    purpose:
      textOf(given, 'purpose') ??
      `${title(name)}, as ${look.called} ${look.source.kind === 'query' ? 'show' : 'lists'} them.`,
    channel: textOf(given, 'channel') ?? place.written?.channel ?? `#${place.domain}-data`,
    columns: look.columns,
  }
  const asks = effects.stdin.isTty && effects.stderr.isTty && !output.json && !isOn(given, 'yes')
  if (!asks) return likely
  const ask = effects.ask ?? terminalAsk
  const purpose =
    textOf(given, 'purpose') ?? (await ask.text(`What is ${place.domain}.${name} for? One sentence.`, likely.purpose))
  const channel =
    textOf(given, 'channel') ??
    place.written?.channel ??
    (await ask.text('Where do people ask about it? A channel or an address.', likely.channel))
  const columns: ColumnGuess[] = []
  for (const column of look.columns) {
    if (column.unsure !== true) columns.push(column)
    else {
      const question = `How sensitive is ${column.name}?`
      columns.push({ ...column, class: await ask.choose(question, view.known.classes, column.class) })
    }
  }
  return { purpose, channel, columns }
}

/** `web-shop` → `Web shop`. */
export const title = (name: string): string => {
  const words = name.replace(/[_-]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
