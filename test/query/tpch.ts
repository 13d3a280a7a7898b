import { readFileSync } from 'node:fs'

/** The tables of TPC-H: columns as `name type`, and how a row number `i` becomes a row at `n` orders. */
export const tpchTables: Readonly<
  Record<string, { readonly rows: number; readonly columns: Readonly<Record<string, readonly [string, string]>> }>
> = {
  region: {
    rows: 5,
    columns: {
      r_regionkey: ['INTEGER', 'i'],
      r_name: ['VARCHAR', "['AFRICA','AMERICA','ASIA','EUROPE','MIDDLE EAST'][i + 1]"],
      r_comment: ['VARCHAR', "'region ' || i"],
    },
  },
  nation: {
    rows: 25,
    columns: {
      n_nationkey: ['INTEGER', 'i'],
      n_name: ['VARCHAR', "coalesce(['BRAZIL','CANADA','FRANCE','GERMANY','SAUDI ARABIA'][i + 1], 'NATION ' || i)"],
      n_regionkey: ['INTEGER', 'i % 5'],
      n_comment: ['VARCHAR', "'nation ' || i"],
    },
  },
  supplier: {
    rows: 0.00667,
    columns: {
      s_suppkey: ['BIGINT', 'i'],
      s_name: ['VARCHAR', "'Supplier#' || i"],
      s_address: ['VARCHAR', "'Street ' || i"],
      s_nationkey: ['INTEGER', 'i % 25'],
      s_phone: ['VARCHAR', "(10 + i % 25) || '-555-' || i"],
      s_acctbal: ['DECIMAL(15,2)', '(hash(i) % 1100000) / 100.0 - 1000'],
      s_comment: ['VARCHAR', "case when i % 50 = 0 then 'Customer Complaints' else 'fine ' || i end"],
    },
  },
  part: {
    rows: 0.133,
    columns: {
      p_partkey: ['BIGINT', 'i'],
      p_name: [
        'VARCHAR',
        "['forest','green','blue','lace','peru'][1 + i % 5] || ' ' || ['green','red','snow'][1 + i % 3]",
      ],
      p_mfgr: ['VARCHAR', "'Manufacturer#' || (1 + i % 5)"],
      p_brand: ['VARCHAR', "'Brand#' || (1 + i % 5) || (1 + i % 4)"],
      p_type: [
        'VARCHAR',
        "['PROMO','ECONOMY','MEDIUM'][1 + i % 3] || ' ' || ['ANODIZED','POLISHED'][1 + i % 2] || ' ' || ['STEEL','BRASS','TIN'][1 + i % 3]",
      ],
      p_size: ['INTEGER', '1 + i % 50'],
      p_container: ['VARCHAR', "['SM','MED','LG'][1 + i % 3] || ' ' || ['CASE','BOX','BAG','PKG'][1 + i % 4]"],
      p_retailprice: ['DECIMAL(15,2)', '900 + (i % 1000)'],
      p_comment: ['VARCHAR', "'part ' || i"],
    },
  },
  partsupp: {
    rows: 0.533,
    columns: {
      ps_partkey: ['BIGINT', 'i // 4'],
      ps_suppkey: ['BIGINT', '(i * 7) % greatest(n // 150, 1)'],
      ps_availqty: ['INTEGER', 'hash(i) % 10000'],
      ps_supplycost: ['DECIMAL(15,2)', '(hash(i + 1) % 100000) / 100.0'],
      ps_comment: ['VARCHAR', "'partsupp ' || i"],
    },
  },
  customer: {
    rows: 0.1,
    columns: {
      c_custkey: ['BIGINT', 'i'],
      c_name: ['VARCHAR', "'Customer#' || i"],
      c_address: ['VARCHAR', "'Road ' || i"],
      c_nationkey: ['INTEGER', 'i % 25'],
      c_phone: ['VARCHAR', "(10 + i % 25) || '-555-' || i"],
      c_acctbal: ['DECIMAL(15,2)', '(hash(i) % 1100000) / 100.0 - 1000'],
      c_mktsegment: ['VARCHAR', "['BUILDING','AUTOMOBILE','MACHINERY'][1 + i % 3]"],
      c_comment: ['VARCHAR', "'customer ' || i"],
    },
  },
  orders: {
    rows: 1,
    columns: {
      o_orderkey: ['BIGINT', 'i'],
      o_custkey: ['BIGINT', 'hash(i) % greatest(n // 15, 1)'],
      o_orderstatus: ['VARCHAR', "['F','O','P'][1 + i % 3]"],
      o_totalprice: ['DECIMAL(15,2)', '(hash(i) % 50000000) / 100.0'],
      o_orderdate: ['DATE', "date '1992-01-01' + (hash(i) % 2400)::integer"],
      o_orderpriority: ['VARCHAR', "['1-URGENT','2-HIGH','3-MEDIUM','4-LOW'][1 + i % 4]"],
      o_clerk: ['VARCHAR', "'Clerk#' || (i % 100)"],
      o_shippriority: ['INTEGER', '0'],
      o_comment: ['VARCHAR', "case when i % 90 = 0 then 'special packages requests' else 'order ' || i end"],
    },
  },
  lineitem: {
    rows: 4,
    columns: {
      l_orderkey: ['BIGINT', 'i // 4'],
      l_partkey: ['BIGINT', 'hash(i) % greatest(n * 2 // 15, 1)'],
      l_suppkey: ['BIGINT', 'hash(i + 3) % greatest(n // 150, 1)'],
      l_linenumber: ['INTEGER', 'i % 4'],
      l_quantity: ['DECIMAL(15,2)', '1 + hash(i) % 100'],
      l_extendedprice: ['DECIMAL(15,2)', '(hash(i + 1) % 10000000) / 100.0'],
      l_discount: ['DECIMAL(15,2)', '(hash(i + 2) % 11) / 100.0'],
      l_tax: ['DECIMAL(15,2)', '(i % 9) / 100.0'],
      l_returnflag: ['VARCHAR', "['R','A','N'][1 + i % 3]"],
      l_linestatus: ['VARCHAR', "['O','F'][1 + i % 2]"],
      l_shipdate: ['DATE', "date '1992-01-02' + (hash(i) % 2500)::integer"],
      l_commitdate: ['DATE', "date '1992-02-02' + (hash(i + 1) % 2500)::integer"],
      l_receiptdate: ['DATE', "date '1992-01-12' + (hash(i) % 2500)::integer"],
      l_shipinstruct: ['VARCHAR', "['DELIVER IN PERSON','COLLECT COD','NONE'][1 + i % 3]"],
      l_shipmode: ['VARCHAR', "['AIR','MAIL','SHIP','RAIL','AIR REG'][1 + i % 5]"],
      l_comment: ['VARCHAR', "'line ' || (i % 1000)"],
    },
  },
}

/** A SELECT that makes the rows of a table, for so many orders. */
export function tpchSql(table: string, orders: number): string {
  const { rows, columns } = tpchTables[table]!
  const count = rows >= 5 ? rows : Math.max(1, Math.round(rows * orders))
  const select = Object.entries(columns).map(([name, [type, sql]]) => `(${sql})::${type} as ${name}`)
  return `select ${select.join(', ')} from (select i, ${orders} as n from range(${count}) r(i))`
}

export const statementsIn = (file: string): readonly string[] =>
  readFileSync(new URL(`statements/${file}`, import.meta.url), 'utf8')
    .replace(/^--.*$/gm, '')
    .split(';')
    .map(text => text.trim())
    .filter(text => text !== '')
