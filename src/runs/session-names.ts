import { quoteName } from '../base/index.ts'

/**
 * Names of our own in a build's session. They hold a space, which no domain, table or input may have, so that no text of
 * a user can mean them by accident; that it cannot mean them on purpose is what the walk sees to.
 */
export const own = {
  /** The user's SELECT as a view. */
  result: quoteName('meshwright result'),
  /** Its rows, kept once. */
  batch: quoteName('meshwright batch'),
  /** Keys of the partitions that are built again. */
  touched: quoteName('meshwright touched'),
  classified: quoteName('meshwright classified'),
  /** The result of a SELECT that is tried once more, to find what is wrong with it. */
  doubt: quoteName('meshwright doubt'),
  batchSchema: 'meshwright batch',
  objectSchema: 'meshwright object',
  beforeSchema: 'meshwright before',
} as const

/**
 * A column or an alias of our own in one SELECT with a user's columns. These may be called anything, with spaces too, but
 * hold no control character: `fitColumns` sees to it.
 */
export const hidden = (name: string): string => quoteName(`\u001f${name}`)

/** True for a name that would stand in the way of our own. */
export const isHidden = (name: string): boolean => name.includes('\u001f')

export const batchView = (table: string): string => `${quoteName(own.batchSchema)}.${quoteName(table)}`
export const objectView = (table: string): string => `${quoteName(own.objectSchema)}.${quoteName(table)}`
/** Rows of before that stay beside the batch. */
export const beforeView = (table: string): string => `${quoteName(own.beforeSchema)}.${quoteName(table)}`

/** The schemas of the relations that checks and inputs are laid out in. */
export const ownSchemas = [own.batchSchema, own.objectSchema, own.beforeSchema] as const
