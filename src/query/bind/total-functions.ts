/** The type of an argument as the bound plan says it, casts included. */
export interface Argument {
  readonly id: string
  readonly width?: number
  readonly scale?: number
  readonly isConstant: boolean
  /** Of a literal, casts left out. */
  readonly literal?: string
}

type Totality = (args: readonly Argument[], result: Argument) => boolean

const names = (text: string): readonly string[] => text.trim().split(/\s+/)

const always: Totality = () => true
const all =
  (test: (argument: Argument) => boolean): Totality =>
  args =>
    args.every(test)

const isFloat = (a: Argument): boolean => a.id === 'DOUBLE' || a.id === 'FLOAT'
const isDecimal = (a: Argument): boolean => a.id === 'DECIMAL'
const isDate = (a: Argument): boolean => a.id === 'DATE'
const isTime = (a: Argument): boolean => ['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIME'].includes(a.id)
const isPlain = (a: Argument): boolean =>
  !['STRUCT', 'LIST', 'ARRAY', 'MAP', 'UNION', 'VARIANT', 'BIGNUM'].includes(a.id)
/** Literals after the first argument, numbers among them within reach of every text. */
const restNear: Totality = args =>
  args.slice(1).every(a => a.isConstant && (a.id === 'VARCHAR' || /^-?\d{1,8}$/.test(a.literal ?? '')))
const listFirst: Totality = ([a]) => a?.id === 'LIST'
const mapFirst: Totality = ([a]) => a?.id === 'MAP'
const restConstant: Totality = args => args.slice(1).every(a => a.isConstant)

/** The widest result that the digits of both sides can need; the engine checks for overflow only where it gives less. */
const decimalSum: Totality = ([a, b], result) =>
  a !== undefined &&
  isDecimal(a) &&
  (b === undefined ||
    (isDecimal(b) &&
      (result.width ?? 0) >= Math.max(a.width! - a.scale!, b.width! - b.scale!) + Math.max(a.scale!, b.scale!) + 1))
const decimalProduct: Totality = ([a, b], result) =>
  a !== undefined && b !== undefined && isDecimal(a) && isDecimal(b) && (result.width ?? 0) >= a.width! + b.width!

const floats: Totality = args => args.length > 0 && args.every(isFloat)
const either =
  (...tests: readonly Totality[]): Totality =>
  (args, result) =>
    tests.some(test => test(args, result))

/**
 * Functions that cannot throw for any value, by argument types and constness. Each stands here because its definition
 * leaves nothing to fail; a fuzz can refute an entry and never prove one. What is missing runs on a copy.
 * Not total for all their looks: arithmetic of integers (overflows), date_trunc and DATE + n (range), abs, chr, repeat,
 * substring of variable places, map (duplicate keys), printf, json paths that are no constants.
 */
const total = new Map<string, Totality>([
  ...each(
    `lower upper lcase ucase strlen char_length character_length bit_length octet_length concat concat_ws ||
     contains prefix suffix starts_with ends_with ^@ instr strpos position trim ltrim rtrim reverse md5
     sha1 sha256 hash unicode ascii ord replace`,
    all(isPlain),
  ),
  ...each(
    `struct_extract struct_pack row list_value list_contains array_contains list_has list_position list_distinct
     list_sort list_reverse_sort list_unique cardinality struct_keys to_json typeof greatest least nullif
     constant_or_null map_keys map_values map_entries now today current_date get_current_timestamp transaction_timestamp
     list_concat list_cat array_concat list_append list_prepend flatten`,
    always,
  ),
  ...each('array_length', args => args.length === 1),
  ...each(
    'len length',
    either(all(isPlain), ([a]) => a?.id === 'LIST'),
  ),
  ...each('isnan isinf isfinite', all(isFloat)),
  ...each(
    'year month day quarter dayofweek dayofmonth isodow weekday dayofyear dayname monthname hour minute second',
    all(isTime),
  ),
  ...each('date_part datepart', ([part, ...rest]) => part?.isConstant === true && rest.every(isDate)),
  ...each('date_diff datediff', ([part, ...rest]) => part?.isConstant === true && rest.every(isDate)),
  ...each('~~ !~~ ~~* !~~*', restConstant),
  ...each('substring substr left right', restNear),
  ...each('regexp_matches regexp_full_match regexp_extract regexp_replace', restConstant),
  ...each('split_part string_split str_split', restNear),
  ...each('+ -', either(decimalSum, floats)),
  ...each('*', either(decimalProduct, floats)),
  ...each('/', floats),
  ...each('list_extract array_extract list_element', listFirst),
  ...each('element_at map_extract map_extract_value', mapFirst),
])

function each(text: string, totality: Totality): [string, Totality][] {
  return names(text).map(name => [name, totality])
}

/** Aggregates that cannot throw: a sum of integers is a HUGEINT, which 2^64 rows would have to overflow. */
const totalAggregates = new Map<string, Totality>([
  ...each(
    `count count_star count_if countif min max any_value arbitrary first last bool_and bool_or list array_agg string_agg
     group_concat listagg approx_count_distinct arg_max arg_min max_by min_by argmax argmin mode bit_and bit_or bit_xor`,
    always,
  ),
  ...each('median quantile_cont quantile_disc quantile mad histogram entropy', always),
  ...each('sum avg mean', ([a]) => a !== undefined && a.id !== 'HUGEINT' && a.id !== 'UHUGEINT' && a.id !== 'BIGNUM'),
])

/** What literals of dates and intervals are made of: of constants they are constants, which no row has a part in. */
const makesConstants: ReadonlySet<string> = new Set(
  names('to_days to_weeks to_months to_years to_hours to_minutes to_seconds to_quarters trunc + - *'),
)

export const isConstantFunction = (name: string, args: readonly Argument[]): boolean =>
  makesConstants.has(name) && args.length > 0 && args.every(a => a.isConstant)

export const isTotalFunction = (name: string, args: readonly Argument[], result: Argument): boolean =>
  isConstantFunction(name, args) || (total.get(name)?.(args, result) ?? false)

export const isTotalAggregate = (name: string, args: readonly Argument[], result: Argument): boolean =>
  totalAggregates.get(name)?.(args, result) ?? false

const integers = ['BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT']
const unsigned = ['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT']
const digits: Readonly<Record<string, number>> = { TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 19, HUGEINT: 39 }

/** Whether every value of one type is one of the other. */
export function isTotalCast(from: Argument, to: Argument): boolean {
  if (from.isConstant) return true
  if (from.id === to.id && !isDecimal(from)) return isPlain(from)
  if (to.id === 'VARCHAR') return isPlain(from)
  if (from.id === 'NULL') return true
  if (isDecimal(from) && isDecimal(to)) {
    return to.scale! >= from.scale! && to.width! - to.scale! >= from.width! - from.scale!
  }
  const [low, high] = [integers.indexOf(from.id), integers.indexOf(to.id)]
  if (low >= 0 && high >= low && to.id !== 'BOOLEAN') return true
  if (unsigned.includes(from.id) && unsigned.indexOf(to.id) >= unsigned.indexOf(from.id)) return true
  if (to.id === 'DOUBLE') return low >= 0 || unsigned.includes(from.id) || isDecimal(from) || isFloat(from)
  if (isDecimal(to) && digits[from.id] !== undefined) return to.width! - to.scale! >= digits[from.id]!
  return false
}

/** For the fuzz that tries to refute them. */
export const totalNames = (): readonly string[] => [...total.keys()]
