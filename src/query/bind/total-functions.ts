import { isDecimal, isFloat, isPlain, names, type Argument } from './argument.ts'

type Totality = (args: readonly Argument[], result: Argument) => boolean

const always: Totality = () => true
const all =
  (test: (argument: Argument) => boolean): Totality =>
  args =>
    args.every(test)

const isDate = (a: Argument): boolean => a.id === 'DATE'
const isTime = (a: Argument): boolean => ['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIME'].includes(a.id)
/** Literals after the first argument, numbers among them within reach of every text. */
const restNear: Totality = args =>
  args.slice(1).every(a => a.isConstant && (a.id === 'VARCHAR' || /^-?\d{1,8}$/.test(a.literal ?? '')))
/** Smaller units than days are counted through timestamps, which do not reach as far as dates. */
const calendarUnits: ReadonlySet<string> = new Set(names('year quarter month week day decade century millennium'))
const isCalendarUnit = (a: Argument | undefined): boolean =>
  a?.isConstant === true && calendarUnits.has((a.literal ?? '').toLowerCase())
const listFirst: Totality = ([a]) => a?.id === 'LIST'
const mapFirst: Totality = ([a]) => a?.id === 'MAP'
const restConstant: Totality = args => args.slice(1).every(a => a.isConstant)

/** A pattern that surely compiles, of few repetitions, and after it nothing that has to be understood. */
const plainRegex: Totality = args => {
  const [, pattern, ...rest] = args
  return restConstant(args, args[0]!) && isPlainRegex(pattern?.literal) && rest.every(isPlainOption)
}
const isPlainOption = ({ id, literal }: Argument): boolean =>
  id === 'VARCHAR' ? literal !== undefined && !literal.includes('\\') : /^\d$/.test(literal ?? '')

/** What is outside this common ground the engine may refuse to compile, and it would do so at the first row. */
function isPlainRegex(pattern: string | undefined): boolean {
  if (pattern === undefined || pattern.length > 1000 || (pattern.match(/\{/g)?.length ?? 0) > 1) return false
  if (/\(\?(?!:)|\\[^dDwWsSbB.\-\\/()[\]{}*+?^$|]|\[\^?\]|\[:|\{(?!\d{1,2}(,\d{0,2})?\})|[^\x20-\x7e]/.test(pattern))
    return false
  try {
    return new RegExp(pattern, 'u').source !== ''
  } catch {
    return false
  }
}

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
     list_sort list_reverse_sort list_unique cardinality struct_keys to_json typeof greatest least
     constant_or_null map_keys map_values map_entries now today current_date get_current_timestamp transaction_timestamp
     list_concat list_cat array_concat flatten`,
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
  ...each('date_diff datediff', ([unit, ...rest]) => isCalendarUnit(unit) && rest.every(isDate)),
  // The week that the first of all days is in began before it.
  ...each(
    'date_part datepart',
    ([unit, ...rest]) => isCalendarUnit(unit) && unit?.literal?.toLowerCase() !== 'week' && rest.every(isDate),
  ),
  ...each('~~ !~~ ~~* !~~*', restConstant),
  ...each('substring substr left right', restNear),
  ...each('regexp_matches regexp_full_match regexp_extract regexp_replace', plainRegex),
  ...each('string_split str_split', restNear),
  ...each('+ -', either(decimalSum, floats)),
  ...each('*', either(decimalProduct, floats)),
  ...each('/', floats),
  ...each('list_extract array_extract list_element', listFirst),
  ...each('element_at map_extract map_extract_value', mapFirst),
])

function each(text: string, totality: Totality): [string, Totality][] {
  return names(text).map(name => [name, totality])
}

const isInteger = (a: Argument): boolean => /^U?(TINY|SMALL|BIG)?INT(EGER)?$/.test(a.id)
const isHuge = (a: Argument): boolean => /^U?HUGEINT$/.test(a.id)
const isNumber = (a: Argument): boolean => isInteger(a) || isFloat(a) || isDecimal(a)
const single =
  (test: (argument: Argument) => boolean): Totality =>
  args =>
    args.length === 1 && test(args[0]!)
/** 2^40 of the greatest of them are a HUGEINT still. */
const isSummable = (a: Argument): boolean =>
  isInteger(a) || isFloat(a) || a.id === 'BOOLEAN' || (isDecimal(a) && a.width! <= 26)

/** Aggregates that cannot throw: a sum of integers is a HUGEINT, which 2^64 rows would have to overflow. */
const totalAggregates = new Map<string, Totality>([
  ...each('count count_star count_if countif approx_count_distinct mode entropy', always),
  ...each(
    'min max any_value arbitrary first last bool_and bool_or list array_agg histogram',
    args => args.length === 1,
  ),
  ...each('arg_max arg_min max_by min_by argmax argmin', args => args.length === 2),
  ...each('string_agg group_concat listagg', restConstant),
  ...each(
    'bit_and bit_or bit_xor',
    single(a => isInteger(a) || isHuge(a)),
  ),
  ...each('median mad', single(isNumber)),
  // The share is the binder's to check, and no argument of the plan.
  ...each('quantile_cont', single(isNumber)),
  ...each(
    'quantile_disc quantile',
    single(() => true),
  ),
  ...each('sum avg mean', single(isSummable)),
])

export const isTotalFunction = (name: string, args: readonly Argument[], result: Argument): boolean =>
  total.get(name)?.(args, result) ?? false

export const isTotalAggregate = (name: string, args: readonly Argument[], result: Argument): boolean =>
  totalAggregates.get(name)?.(args, result) ?? false

/** For the fuzz that tries to refute them. */
export const totalNames = (): readonly string[] => [...total.keys()]
export const totalAggregateNames = (): readonly string[] => [...totalAggregates.keys()]
