/** Table functions that a statement may call. All others read files, settings or catalogues past the governed views. */
export const tableFunctions: readonly string[] = ['range', 'generate_series', 'unnest', 'json_each', 'json_tree']
