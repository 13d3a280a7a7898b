import { openClient } from './kit/client.ts'
import { openPeer } from './kit/duckdb.ts'
import { inTurn, median, repeat } from './kit/measure.ts'
import { report, shown } from './kit/report.ts'
import { lakeFiles, publishedTpch } from './kit/tpch.ts'

/** How fast do rows leave? A million of 16 columns, against the chunks that the engine's Node binding gives undecoded. */
const rounds = Number(process.env['ROUNDS'] ?? 7)
const product = await publishedTpch([{ table: 'lineitem', keyed: false }])
const client = openClient(product.url, product.token)
const peer = await openPeer()
try {
  const where = 'where l_orderkey <= 1000000'
  const sql = `select * from tpch.lineitem ${where}`
  const files = lakeFiles(product, 'lineitem').map(path => `'${path}'`)
  const bareSql = `select * from read_parquet([${files.join(', ')}]) ${where}`
  const arrow = () => client.drain(sql, 'application/vnd.apache.arrow.stream')
  const ndjson = () => client.drain(sql, 'application/x-ndjson')
  const chunks = () => peer.chunks(bareSql)
  const rows = await chunks()
  const [arrowBytes, ndjsonBytes] = [await arrow(), await ndjson()]
  const times = await inTurn(rounds, arrow, chunks)
  const json = await repeat(Math.ceil(rounds / 2), ndjson)
  const rate = (ms: number) => rows / (ms / 1000)
  report(`${rows.toLocaleString('en')} rows of 16 columns over plain HTTP; ${rounds} rounds`, [
    {
      what: 'Arrow, share of the speed of undecoded chunks in process',
      value: median(times.peer) / median(times.ours),
      unit: '×',
      limit: { least: 0.5 },
      note: `${shown(median(times.ours))} ms : ${shown(median(times.peer))} ms (least ${shown(times.ours[0]!)} : ${shown(times.peer[0]!)})`,
    },
    { what: 'Arrow', value: rate(median(times.ours)), unit: 'rows/s', note: megabytes(arrowBytes) },
    { what: 'NDJSON', value: rate(median(json)), unit: 'rows/s', note: megabytes(ndjsonBytes) },
  ])
} finally {
  client.close()
  peer.close()
  await product.stop()
}

function megabytes(bytes: number): string {
  return `${shown(bytes / 1e6)} MB`
}
