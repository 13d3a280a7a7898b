import { tableInSql } from './show-table.ts'

/** Texts to paste, for the doors that are open: HTTP with Arrow, CSV and JSON. The token comes from the reader's environment. */
export function connections(
  url: string,
  table: string,
  purpose: string | undefined,
): { id: string; title: string; text: string }[] {
  const sql = `select * from ${tableInSql(table)} limit 10`
  const body = JSON.stringify({ sql, ...(purpose === undefined ? {} : { purpose }) })
  return [
    {
      id: 'cli',
      title: 'Command line',
      text: `meshwright query '${sql}'${purpose === undefined ? '' : ` --purpose ${purpose}`}`,
    },
    {
      id: 'curl',
      title: 'curl',
      text: `curl -sS ${url}/api/v1/query -H "Authorization: Bearer $MESHWRIGHT_TOKEN" -H 'Content-Type: application/json' -H 'Accept: text/csv' -d '${body}'`,
    },
    {
      id: 'python',
      title: 'Python (pyarrow, pandas)',
      text: [
        'import os, pyarrow as pa, urllib.request',
        `request = urllib.request.Request("${url}/api/v1/query", data=${JSON.stringify(body)}.encode(),`,
        '    headers={"Authorization": "Bearer " + os.environ["MESHWRIGHT_TOKEN"], "Content-Type": "application/json",',
        '             "Accept": "application/vnd.apache.arrow.stream"})',
        'table = pa.ipc.open_stream(urllib.request.urlopen(request)).read_all()',
        'frame = table.to_pandas()',
      ].join('\n'),
    },
    {
      id: 'javascript',
      title: 'JavaScript (fetch)',
      text: [
        `const answer = await fetch('${url}/api/v1/query', {`,
        "  method: 'POST',",
        "  headers: { Authorization: `Bearer ${process.env.MESHWRIGHT_TOKEN}`, 'Content-Type': 'application/json' },",
        `  body: JSON.stringify(${body}),`,
        '})',
        'const { columns, rows, receipt } = await answer.json()',
      ].join('\n'),
    },
  ]
}
