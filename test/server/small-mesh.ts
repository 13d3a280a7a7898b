import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A domain with one product from a file: the smallest thing that can be published and asked. */
export function smallMesh(owner: string): string {
  const root = mkdtempSync(join(tmpdir(), 'meshwright-mesh-'))
  const files: Record<string, string> = {
    'sales/domain.yaml': [
      'apiVersion: meshwright/v1',
      'kind: Domain',
      'id: sales',
      'title: Sales',
      'team: sales-team',
      `members: [{person: ${owner}, roles: [product-owner, data-engineer]}]`,
    ].join('\n'),
    'sales/products/orders/orders.odcs.yaml': [
      'apiVersion: v3.1.0',
      'kind: DataContract',
      'id: sales.orders',
      'version: 1.0.0',
      'status: active',
      'description: {purpose: What was ordered.}',
      'schema:',
      '  - name: orders',
      '    properties:',
      '      - {name: order_id, logicalType: integer, required: true, primaryKey: true, primaryKeyPosition: 1, classification: internal}',
      '      - {name: region, logicalType: string, classification: public, description: Where it was ordered}',
      '      - {name: amount, logicalType: number, physicalType: "DECIMAL(12,2)", classification: internal}',
    ].join('\n'),
    'sales/products/orders/build.yaml': [
      'apiVersion: meshwright/v1',
      'kind: Build',
      'inputs:',
      '  raw: {source: file, path: raw/*.csv}',
      'outputs:',
      '  orders: {sql: orders.sql, mode: full}',
    ].join('\n'),
    'sales/products/orders/orders.sql': 'select order_id, region, amount from raw\n',
    'sales/products/orders/raw/orders.csv': 'order_id,region,amount\n1,EU,10.50\n2,US,20.00\n3,EU,5.25\n',
    'sales/products/orders/README.md': '# Orders\n\n<b>Not</b> markup.\n',
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
  }
  return root
}
