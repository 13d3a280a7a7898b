import { MeshError } from '../base/index.ts'
import type { Input } from '../mesh/index.ts'
import type { BuildFault } from './build-fault.ts'
import { faultOf, type Examination } from './examination.ts'
import { examineOutput } from './examine-output.ts'
import type { Described } from './fit-columns.ts'
import { findSources, sourceProblem } from './find-sources.ts'
import { tableColumns, type InputShape } from './input-shape.ts'
import { infrastructureOf } from './plan-run.ts'
import { refuseBinary } from './refuse-binary.ts'
import { readerSql } from './reader-sql.ts'
import { asMeshError } from './run-problem.ts'

/** Everything that would stop each run of a product, whatever its data: unknown names, other types, sources out of reach. */
export async function examineProduct(examination: Examination): Promise<readonly BuildFault[]> {
  const { state, product } = examination
  const faults: BuildFault[] = []
  try {
    infrastructureOf(state, product)
  } catch (thrown) {
    faults.push(faultOf(product, thrown, { file: 'domain.yaml' }))
  }
  const shapes = new Map<string, InputShape>()
  for (const [name, input] of Object.entries(product.build.inputs)) {
    try {
      shapes.set(name, { name, columns: await columnsOf(examination, name, input) })
    } catch (thrown) {
      faults.push(faultOf(product, thrown, { file: 'build.yaml', text: name }))
    }
  }
  for (const [name, output] of Object.entries(product.build.outputs)) {
    faults.push(...(await examineOutput(examination, name, output, shapes)))
  }
  return faults
}

async function columnsOf(
  { world, session, state, product }: Examination,
  name: string,
  input: Input,
): Promise<readonly Described[]> {
  switch (input.kind) {
    case 'source':
      throw new MeshError(
        'document.invalid',
        `The input ${name} reads ${input.source}, for which this server has no connector.`,
        { fix: 'Let the other side write files, and read those.' },
      )
    case 'file': {
      const files = await findSources(world, input)
      await refuseBinary(input, files)
      try {
        return await session.describe(readerSql(input, files, { file: false, row: false }))
      } catch (thrown) {
        throw sourceProblem(thrown, files) ?? asMeshError(thrown, `The input ${name} (${input.path})`)
      }
    }
    case 'table':
      return tableColumns(world, state, product, input)
  }
}
