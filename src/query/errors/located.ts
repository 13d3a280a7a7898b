import { MeshError } from '../../base/index.ts'
import { placeOf } from '../text/places.ts'

/** Errors that know a byte of the text tell its line and column. */
export async function located<T>(sql: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (!(thrown instanceof MeshError)) throw thrown
    const { location, ...context } = thrown.details.context ?? {}
    if (typeof location !== 'number') throw thrown
    throw new MeshError(thrown.code, thrown.message, {
      ...thrown.details,
      context: { ...context, ...placeOf(sql, location) },
    })
  }
}
