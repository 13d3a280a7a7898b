// Appends until it is killed, in groups of changing size, and prints the last number of each group once it is durable.
const [, , compiled, path] = process.argv
const { sqliteLedger } = await import(compiled)
const ledger = sqliteLedger(path)
let seq = [...ledger.read(0)].length
for (let i = 0; ; i++) {
  const drafts = Array.from({ length: 1 + (i % 3) }, (_, j) => ({
    at: '2026-11-24T10:00:00.000Z',
    actor: 'writer',
    event: { kind: 'installation.founded', platformEngineer: `p${seq + j + 1}` },
  }))
  const entries = await ledger.append(seq, drafts)
  seq = entries.at(-1).seq
  process.stdout.write(`${seq}\n`)
}
