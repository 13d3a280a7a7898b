import type { Rooms } from '../../operations/index.ts'

/** What is counted beyond requests. */
export type MeteredRooms = Pick<Rooms, 'gateway' | 'runs' | 'control'>
