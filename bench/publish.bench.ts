import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openClient } from './kit/client.ts'
import { openPeer } from './kit/duckdb.ts'
import { inTurn, median, sorted } from './kit/measure.ts'
import { scratch } from './kit/product.ts'
import { report, shown, type Line } from './kit/report.ts'
import { columnsOf, publishedTpch, runProduct, tpchFiles, type Run } from './kit/tpch.ts'

/** What does a checked publication of six million rows cost over writing the same file by the bare engine? */
const rounds = Number(process.env['ROUNDS'] ?? 5)
const source = join(tpchFiles(), 'lineitem.parquet')
const names = columnsOf('lineitem')
  .map(({ name }) => name)
  .join(', ')
/** As the product writes it: the codec decides more than anything else here. */
const format = 'format parquet, compression zstd, compression_level 1, row_group_size 122880'

const lines: Line[] = []
for (const keyed of [false, true]) {
  const product = await publishedTpch([
    { table: 'lineitem', keyed },
    { table: 'nation', keyed },
  ])
  const client = openClient(product.url, product.token)
  const peer = await openPeer()
  const folder = scratch('copy')
  const copied = join(folder, 'lineitem.parquet')
  try {
    const runs: Run[] = []
    const ours = async () => void runs.push(await runProduct(client, 'tpch.lineitem'))
    const bare = async () => {
      await peer.run(`copy (select ${names} from read_parquet('${source}')) to '${copied}' (${format})`)
      if (!keyed) return
      const [twice] = await peer.run(
        `select count(*) from (select 1 from read_parquet('${copied}') group by l_orderkey, l_linenumber having count(*) > 1)`,
      )
      if (Number(twice?.[0]) !== 0) throw new Error('A key of lineitem comes twice.')
    }
    await ours()
    await bare()
    runs.length = 0
    const times = await inTurn(rounds, ours, bare)
    const step = (name: string) => median(sorted(runs.map(run => stepMs(run, name))))
    const steps = runs[0]!.steps.map(({ name }) => `${name} ${shown(step(name))}`).join(', ')
    lines.push({
      what: keyed
        ? 'with its primary key, against COPY and the count of keys'
        : 'required columns and types, against COPY',
      value: median(times.ours) / median(times.peer),
      unit: '×',
      limit: { most: 1.2 },
      note: `${shown(median(times.ours))} ms : ${shown(median(times.peer))} ms (least ${shown(times.ours[0]!)} : ${shown(times.peer[0]!)}); ${steps} ms`,
    })
    if (keyed) continue
    const small: number[] = []
    for (let i = 0; i < 15; i++) small.push(stepMs(await runProduct(client, 'tpch.nation'), 'promote'))
    lines.push({
      what: 'the promotion alone, of a file of 25 rows',
      value: median(sorted(small)),
      unit: 'ms',
      limit: { most: 15 },
      note: 'files and ledger durable; that of lineitem waits for its 200 MB to be durable too',
    })
  } finally {
    client.close()
    peer.close()
    await product.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
report(`Building lineitem, six million rows of 16 columns; ${rounds} rounds`, lines)

function stepMs(run: Run, name: string): number {
  return run.steps.find(step => step.name === name)?.elapsedMs ?? Number.NaN
}
