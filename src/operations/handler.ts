import type { AnswerOf, InputOf, OperationId, Operations } from '../api/index.ts'
import type { Caller, Rooms } from './rooms.ts'

/** What an operation does, on the rooms. Throws MeshError where the answer is no. */
export type Handler<K extends OperationId> = (
  rooms: Rooms,
  input: InputOf<Operations[K]>,
  caller: Caller,
) => Promise<AnswerOf<Operations[K]>> | AnswerOf<Operations[K]>

export type Handlers = { readonly [K in OperationId]: Handler<K> }
