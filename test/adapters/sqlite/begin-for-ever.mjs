// Begins queries, many at once, until it is killed, and prints the id of each as soon as it may run.
const [, , compiled, path] = process.argv
const { sqliteQueryLog } = await import(compiled)
const log = sqliteQueryLog(path)
for (let n = 0; ; n += 5) {
  await Promise.all(
    [0, 1, 2, 3, 4].map(async i => {
      const id = `q_${n + i}`
      await log.begin({ id, who: 'leo', at: '2026-11-24T10:00:00.000Z', sql: 'select 1' })
      process.stdout.write(`${id}\n`)
    }),
  )
}
