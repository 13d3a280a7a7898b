import koffi from 'koffi'

/** Nice enough for the server to answer at once while statements take every processor. */
const niceness = 2

/**
 * Lowers the priority of the threads that run the engine: on Linux it belongs to a thread and those that it starts, so
 * the main thread and the pool's each lower their own.
 */
export async function yieldToServer(): Promise<void> {
  if (process.platform === 'win32') return
  const setpriority = koffi.load(null).func('setpriority', 'int', ['int', 'uint32', 'int'])
  setpriority(0, 0, niceness)
  await new Promise<void>((resolve, reject) => {
    setpriority.async(0, 0, niceness, (error: unknown) => (error ? reject(error) : resolve()))
  })
}
