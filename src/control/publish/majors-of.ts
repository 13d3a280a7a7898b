import { foldAscii, majorOf, type Product } from '../../mesh/index.ts'

/** In which majors a product promises a table, by its folded `domain.table`. */
export const majorsOf = (product: Product, table: string): readonly number[] =>
  product.ports
    .filter(port => port.contract.tables.some(t => foldAscii(`${product.domain}.${t.name}`) === table))
    .map(port => majorOf(port.contract.version))
