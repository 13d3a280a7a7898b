import { MeshError } from '../base/index.ts'
import { foldAscii, type ContractTable } from '../mesh/index.ts'
import { fitColumns, storedType, type FittedColumn } from './fit-columns.ts'
import type { WorkshopSession } from './needs.ts'
import type { OutputPlan } from './plan-run.ts'
import { asMeshError } from './run-problem.ts'
import { own } from './session-names.ts'

/** Binds the SELECT as a view: a text that ends in a comment or a semicolon is whole there. */
export async function bindResult(
  session: WorkshopSession,
  table: ContractTable,
  { sql, file }: OutputPlan['output'],
): Promise<readonly FittedColumn[]> {
  try {
    await session.execute(`create or replace view ${own.result} as ${sql}`)
    return fitColumns(table, await session.describe(`select * from ${own.result}`), file)
  } catch (thrown) {
    throw asMeshError(thrown, file)
  }
}

/** The type in which the table keeps a column. */
export const typeOf = (fitted: readonly FittedColumn[], name: string): string =>
  storedType(found(fitted, name).column.type)

/** Expression over the SELECT's columns for a column of the contract. */
export const valueOf = (fitted: readonly FittedColumn[], name: string): string => found(fitted, name).value

function found(fitted: readonly FittedColumn[], name: string): FittedColumn {
  const of = fitted.find(({ column }) => foldAscii(column.name) === foldAscii(name))
  if (of === undefined) throw new MeshError('run.failed', `There is no column ${name} to build by.`)
  return of
}
