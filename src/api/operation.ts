import type { ZodObject, ZodType, z } from 'zod'

/** One operation of the API: the source of its types, its validation and its entry in the OpenAPI document. */
export interface Operation {
  readonly method: 'get' | 'post' | 'delete'
  /** As OpenAPI writes it: `/api/v1/runs/{id}`. */
  readonly path: string
  readonly summary: string
  readonly params?: ZodObject
  readonly query?: ZodObject
  readonly body?: ZodObject
  readonly answer: ZodType
  /** `anyone`: without signing in. */
  readonly for: 'anyone' | 'member'
}

/** Keeps the literal types of an operation while checking its form. */
export const operation = <const O extends Operation>(o: O): O => o

/** No members of its own; intersecting with it changes nothing. */
type Nothing = unknown

type Part<T> = T extends ZodType ? z.output<T> : Nothing

/** What a handler gets: path, query and body in one object; their names never clash. */
export type InputOf<O extends Operation> = Part<O['params']> & Part<O['query']> & Part<O['body']>
type Given<T> = T extends ZodType ? z.input<T> : Nothing

/** What a client gives: as `InputOf`, but what has a default may be left out. */
export type CallOf<O extends Operation> = Given<O['params']> & Given<O['query']> & Given<O['body']>
export type AnswerOf<O extends Operation> = z.input<O['answer']>
