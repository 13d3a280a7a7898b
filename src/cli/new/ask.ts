import { MeshError } from '../../base/index.ts'

/** What a person at a terminal is asked; ending the question ends the command. */
export interface Ask {
  text(question: string, proposal: string): Promise<string>
  choose(question: string, choices: readonly string[], proposal: string): Promise<string>
}

/** Questions on the terminal of this process, loaded when the first is asked. */
export const terminalAsk: Ask = {
  async text(question, proposal) {
    const { text } = await import('@clack/prompts')
    const answer = await text({
      message: question,
      initialValue: proposal,
      placeholder: proposal,
      output: process.stderr,
    })
    return said(answer).trim() || proposal
  },
  async choose(question, choices, proposal) {
    const { select } = await import('@clack/prompts')
    const options = choices.map(value => ({ value, label: value }))
    return said(await select({ message: question, options, initialValue: proposal, output: process.stderr }))
  },
}

function said(answer: string | symbol): string {
  if (typeof answer === 'string') return answer
  throw new MeshError('usage.invalid', 'Nothing was written.', {
    fix: 'Ask nothing with: meshwright new product … --yes',
  })
}
