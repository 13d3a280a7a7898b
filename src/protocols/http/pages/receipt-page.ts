import { handlers, type Caller, type Rooms } from '../../../operations/index.ts'
import { html, type Html } from './html.ts'
import { code, facts, paragraph, paste, section, table } from './parts.ts'

/** Where an answer came from, for a reader who was handed its address. */
export async function receiptPage(rooms: Rooms, caller: Caller, id: string): Promise<{ title: string; body: Html }> {
  const receipt = await handlers.receipt(rooms, { id }, caller)
  const { who, onBehalfOf, rows, truncated, cost } = receipt
  const body = html`
    <h1>Receipt</h1>
    <p class="quiet">${code(receipt.id)}</p>
    ${paste(receipt.sql)}
    ${facts([
      ['Asked by', onBehalfOf === undefined ? who : `${who} on behalf of ${onBehalfOf}`],
      ['Purpose', receipt.purpose ?? 'none needed'],
      ['When', receipt.at],
      ['Rows', rows === undefined ? 'not finished' : `${rows}${truncated === true ? ', cut off by a rule' : ''}`],
      ['Cost', cost === undefined ? undefined : `${amountText(cost.amount)} for ${cost.answerBytes} bytes`],
    ])}
    ${distinct([...receipt.limitations, ...receipt.incidents]).map(text => paragraph('warn', text))}
    ${section(
      'Data',
      table(
        ['Table', 'Release', 'Snapshot'],
        receipt.tables.map(t => [t.table, t.release, code(t.snapshot)]),
      ),
    )}
    ${section(
      'Rules',
      table(
        ['Rule', 'Team', 'Effect', 'Table', 'Column'],
        receipt.rules.map(r => [r.rule, r.team, r.effect, r.table, r.column ?? '']),
      ),
    )}
    ${section(
      'Columns',
      table(
        ['Column', 'Type', 'Shown'],
        receipt.columns.map(c => [code(c.name), code(c.type), c.mask ?? 'as it is']),
      ),
    )}
  `
  return { title: 'Receipt', body }
}

/** As people write it: never as a power of ten. */
const amountText = (amount: number): string =>
  amount === 0 ? '0' : amount < 0.000001 ? 'less than 0.000001' : String(Number(amount.toFixed(6)))

/** What a product and its contract say in nearly the same words is said once. */
const distinct = (texts: readonly string[]): readonly string[] => [
  ...new Map(
    texts.map(text => [
      text
        .trim()
        .replace(/[.\s]+$/, '')
        .toLowerCase(),
      text,
    ]),
  ).values(),
]
