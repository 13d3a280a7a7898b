import type { WorkshopSession } from './needs.ts'
import { asMeshError } from './run-problem.ts'

/** Keeps the rows of a SELECT in the session. `file` names, in errors, the text of the user that runs in it. */
export async function replaceTable(
  session: WorkshopSession,
  name: string,
  select: string,
  file: string,
): Promise<void> {
  try {
    await session.execute(`create or replace temp table ${name} as ${select}`)
  } catch (thrown) {
    throw asMeshError(thrown, file)
  }
}
