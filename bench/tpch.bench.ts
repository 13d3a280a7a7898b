import { openClient } from './kit/client.ts'
import { openPeer } from './kit/duckdb.ts'
import { geometricMean, inTurn, median } from './kit/measure.ts'
import { report, shown, type Line } from './kit/report.ts'
import { allProducts, lakeFiles, publishedTpch, tpchStatements, tpchTables, type TpchTable } from './kit/tpch.ts'

/** What do governance, process walls and HTTP cost an analyst? The questions of TPC-H, against the bare engine on the same files. */
const rounds = Number(process.env['ROUNDS'] ?? 7)

const product = await publishedTpch(allProducts)
const client = openClient(product.url, product.token)
const peer = await openPeer()
try {
  await peer.run('create schema tpch')
  for (const table of Object.keys(tpchTables) as TpchTable[]) {
    const files = lakeFiles(product, table).map(path => `'${path}'`)
    await peer.run(`create view tpch.${table} as from read_parquet([${files.join(', ')}])`)
  }
  const ratios: number[] = []
  const lines: Line[] = []
  for (const [i, sql] of tpchStatements().entries()) {
    const { runsOn } = await client.json<{ runsOn: string }>('POST', '/api/v1/query/explain', { sql })
    const ask = () => client.query(sql)
    const run = () => peer.run(sql)
    const answer = JSON.parse((await ask()).toString()) as { rows: unknown[][] }
    const rows = await run()
    if (rows.length !== answer.rows.length)
      throw new Error(`Q${i + 1}: ${answer.rows.length} rows, not ${rows.length}.`)
    const { ours, peer: bare } = await inTurn(rounds, ask, run)
    const ratio = median(ours) / median(bare)
    ratios.push(ratio)
    const note = `${shown(median(ours))} ms : ${shown(median(bare))} ms (least ${shown(ours[0]!)} : ${shown(bare[0]!)}), on ${runsOn}`
    lines.push({ what: `Q${i + 1}`, value: ratio, unit: '×', note })
  }
  report(`TPC-H at scale factor 1 over HTTP, against DuckDB in process on the same files; ${rounds} rounds`, [
    ...lines,
    { what: 'geometric mean', value: geometricMean(ratios), unit: '×', limit: { most: 1.05 } },
    { what: 'worst', value: Math.max(...ratios), unit: '×', limit: { most: 1.2 } },
  ])
} finally {
  client.close()
  peer.close()
  await product.stop()
}
