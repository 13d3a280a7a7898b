/** This worker's own folder, the only one that it may write into. */
export const workerTemp = process.env['MESHWRIGHT_WORKER_TEMP'] ?? ''
