import type { Channel } from '../effects.ts'
import { oneLine } from './printable.ts'

/** What long work is at: one moving line on a terminal, a line for each step elsewhere, nothing with `--json`. */
export interface Progress {
  step(text: string): void
  /** The step is over; `text` stays. */
  done(text: string): void
  failed(text: string): void
  stop(): void
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

export function openProgress(channel: Channel, silent: boolean): Progress {
  if (silent) return { step() {}, done() {}, failed() {}, stop() {} }
  return channel.isTty ? moving(channel) : lines(channel)
}

function lines(channel: Channel): Progress {
  let last = ''
  const say = (text: string) => {
    if (text !== last) void channel.write(`${oneLine(text)}\n`)
    last = text
  }
  return { step: say, done: say, failed: say, stop() {} }
}

function moving(channel: Channel): Progress {
  let text = ''
  let frame = 0
  const clear = '\r\u001b[2K'
  const draw = () =>
    void channel.write(`${clear}${frames[frame++ % frames.length]} ${text.slice(0, (channel.width ?? 80) - 3)}`)
  let timer: NodeJS.Timeout | undefined
  const stop = () => {
    if (timer === undefined) return
    clearInterval(timer)
    timer = undefined
    void channel.write(clear)
  }
  const stay = (mark: string) => (said: string) => {
    stop()
    void channel.write(`${mark} ${oneLine(said)}\n`)
  }
  return {
    step(said) {
      text = oneLine(said)
      timer ??= setInterval(draw, 80)
      draw()
    },
    done: stay('✓'),
    failed: stay('✗'),
    stop,
  }
}
