import { MeshError, quoteName } from '../base/index.ts'
import { planChecks, type Check, type CheckStatement } from '../contract/index.ts'
import { foldAscii, type TableVersion } from '../mesh/index.ts'
import { bindError } from '../query/index.ts'
import type { BuildFault } from './build-fault.ts'
import { checkedSql, referenceName } from './checked-sql.ts'
import { faultOf, isAboutText, type Examination } from './examination.ts'
import { buildChecks } from './extra-checks.ts'
import { columnsSql, makeTwin, tableColumns } from './input-shape.ts'
import { relationSql } from './open-session.ts'
import type { OutputPlan } from './plan-run.ts'
import { batchView, objectView, own } from './session-names.ts'

/** The contract's checks, each bound on an empty twin of the table and of the tables that it looks up. */
export async function examineChecks(examination: Examination, plan: OutputPlan): Promise<readonly BuildFault[]> {
  const { table, output, rejects } = plan
  return [
    ...(await examineTable(examination, table, [...plan.checks, ...buildChecks(output, table.table)])),
    ...(rejects === undefined ? [] : await examineTable(examination, rejects, plan.rejectChecks)),
  ]
}

async function examineTable(
  examination: Examination,
  version: TableVersion,
  checks: readonly Check[],
): Promise<readonly BuildFault[]> {
  const { session, product } = examination
  for (const schema of [own.batchSchema, own.objectSchema])
    await session.execute(`create schema if not exists ${quoteName(schema)}`)
  for (const view of [batchView(version.name), objectView(version.name)])
    await session.execute(`create or replace table ${view} (${columnsSql(version.table.columns)})`)
  const faults: BuildFault[] = []
  const bindable: Check[] = []
  for (const check of checks) {
    try {
      await makeLookedUp(examination, check)
      bindable.push(check)
    } catch (thrown) {
      if (!(thrown instanceof MeshError)) throw thrown
      // That a reference cannot be looked up is for the plan to say.
      if (check.kind === 'sql') faults.push(faultOf(product, thrown, placeOf(version, check)))
    }
  }
  for (const statement of statementsOf(bindable, version)) faults.push(...(await bind(statement)))
  return faults

  async function bind(statement: CheckStatement): Promise<readonly BuildFault[]> {
    try {
      await session.describe(statement.sql)
      return []
    } catch (thrown) {
      if (!isAboutText(thrown)) throw thrown
      const [check, ...more] = statement.checks
      if (check === undefined) return []
      if (more.length > 0) {
        const each: BuildFault[] = []
        for (const one of statement.checks)
          for (const alone of statementsOf([one], version)) each.push(...(await bind(alone)))
        return each
      }
      const columns = version.table.columns.map(column => ({ name: column.name }))
      const error = bindError(thrown, statement.sql, [{ table: version.id, columns, outside: [], url: '' }])
      const message = `The rule ${check.id} of ${version.name} cannot be measured: ${error.message}`
      return [{ ...faultOf(product, error, placeOf(version, check)), message }]
    }
  }
}

const statementsOf = (checks: readonly Check[], { name }: TableVersion): readonly CheckStatement[] =>
  planChecks(checks, { object: objectView(name), batch: batchView(name), table: relationOf }).statements

const relationOf = (name: string): string => relationSql(foldAscii(name))

/** The tables that a check looks up, as empty twins. */
async function makeLookedUp({ world, session, state, product }: Examination, check: Check): Promise<void> {
  const names: string[] = []
  if (check.kind === 'reference') names.push(check.to)
  if (check.kind === 'sql') {
    const text = check.query.replaceAll(/\{(object|batch)\}/g, '"meshwright object"."x"')
    const walk = await checkedSql(world.parse, text, `The rule ${check.id}`)
    names.push(...walk.tables.filter(({ schema }) => schema !== own.objectSchema).map(referenceName))
  }
  for (const name of new Set(names.map(foldAscii))) {
    const isOwn = state.tables.get(name)?.product === product.id
    const version = isOwn ? [...state.tables.get(name)!.majors.values()].at(-1) : undefined
    const columns = version?.table.columns ?? (await tableColumns(world, state, product, { table: name }))
    await makeTwin(session, name, columns)
  }
}

/** A rule by its own text, everything else by the column that it is about. */
function placeOf({ contract, table }: TableVersion, check: Check): Pick<BuildFault, 'contract' | 'text'> {
  const expectation = table.expectations.find(({ id }) => id === check.id)
  const text =
    expectation?.rule.kind === 'sql' ? expectation.rule.query : (expectation?.column ?? check.id.split('.')[0] ?? '')
  return { ...(contract === undefined ? {} : { contract: contract.id }), text }
}
