/** `1 entry`, `2 entries`: a number with what it counts. */
export const countOf = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`
