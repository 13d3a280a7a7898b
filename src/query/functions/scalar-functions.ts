import { namesIn } from './names-in.ts'

/** Scalar functions that a statement may call, by what they are about. What is on no list here is refused by name. */
export const scalarFunctions: Readonly<Record<string, readonly string[]>> = namesIn({
  math: `
  abs acos acosh asin asinh atan atan2 atanh cbrt ceil ceiling cos cosh cot degrees even exp factorial floor
  gamma gcd greatest_common_divisor lcm least_common_multiple lgamma ln log log10 log2 mod nextafter pi pow
  power radians round round_even roundbankers sign signbit sin sinh sqrt tan tanh trunc fdiv fmod add subtract
  multiply divide isfinite isinf isnan bit_count xor`,
  compare: `
  greatest least nullif constant_or_null`,
  text: `
  ascii bar bin char_length character_length chr concat concat_ws contains damerau_levenshtein ends_with
  editdist3 format formatreadabledecimalsize formatreadablesize format_bytes hamming hash hex instr jaccard
  jaro_similarity jaro_winkler_similarity lcase left left_grapheme len length length_grapheme levenshtein
  like_escape not_like_escape ilike_escape not_ilike_escape lower lpad ltrim md5 md5_number mismatches
  nfc_normalize octet_length ord position prefix printf regexp_escape regexp_extract regexp_extract_all
  regexp_full_match regexp_matches regexp_replace regexp_split_to_array repeat replace reverse right
  right_grapheme rpad rtrim sha1 sha256 split split_part starts_with str_split str_split_regex string_split
  string_split_regex string_to_array strip_accents strlen strpos substr substring substring_grapheme suffix
  to_base translate trim ucase unbin unhex unicode upper url_decode url_encode base64 from_base64 to_base64
  from_hex to_hex from_binary to_binary bit_length bit_position get_bit set_bit bitstring encode decode
  parse_filename parse_dirname parse_dirpath parse_path`,
  date: `
  age ago century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day
  dayname dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us equi_width_bins
  era hour isodow isoyear julian last_day make_date make_time make_timestamp make_timestamp_ms
  make_timestamp_ns make_timestamptz microsecond millennium millisecond minute month monthname nanosecond
  normalized_interval quarter second strftime strptime try_strptime time_bucket timezone timezone_hour
  timezone_minute to_centuries to_days to_decades to_hours to_microseconds to_millennia to_milliseconds
  to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years today now current_date
  current_localtime current_localtimestamp get_current_time get_current_timestamp transaction_timestamp week
  weekday weekofyear year yearweek`,
  list: `
  apply array_append array_cat array_concat array_contains array_distinct array_extract array_filter
  array_grade_up array_has array_has_all array_has_any array_indexof array_intersect array_length
  array_pop_back array_pop_front array_position array_prepend array_push_back array_push_front array_reduce
  array_resize array_reverse array_reverse_sort array_select array_slice array_sort array_to_string
  array_to_string_comma_default array_transform array_apply array_unique array_value array_where array_zip
  cardinality element_at filter flatten generate_series generate_subscripts grade_up list_aggregate list_aggr
  array_aggregate array_aggr aggregate list_append list_apply list_cat list_concat list_contains list_distinct
  list_element list_extract list_filter list_grade_up list_has list_has_all list_has_any list_indexof
  list_intersect list_pack list_position list_prepend list_reduce list_resize list_reverse list_reverse_sort
  list_select list_slice list_sort list_transform list_unique list_value list_where list_zip range reduce
  repeat unnest list_any_value list_approx_count_distinct list_avg list_bit_and list_bit_or list_bit_xor
  list_bool_and list_bool_or list_count list_entropy list_first list_histogram list_kurtosis list_kurtosis_pop
  list_last list_mad list_max list_median list_min list_mode list_product list_sem list_skewness
  list_stddev_pop list_stddev_samp list_string_agg list_sum list_var_pop list_var_samp list_distance
  list_cosine_similarity list_cosine_distance list_dot_product list_inner_product array_distance
  array_cosine_similarity array_cosine_distance array_cross_product array_dot_product array_inner_product`,
  structMapUnion: `
  row struct_concat struct_contains struct_extract struct_extract_at struct_has struct_indexof struct_insert
  struct_keys struct_pack struct_position struct_update struct_values map map_concat map_contains
  map_contains_entry map_contains_value map_entries map_extract map_extract_value map_from_entries map_keys
  map_values union_extract union_tag union_value unpivot_list`,
  json: `
  json json_array json_array_length json_contains json_exists json_extract json_extract_path
  json_extract_path_text json_extract_string json_keys json_merge_patch json_object json_pretty json_quote
  json_structure json_transform json_transform_strict json_type json_valid json_value from_json
  from_json_strict to_json array_to_json row_to_json`,
  misc: `
  typeof uuid gen_random_uuid uuidv4 uuidv7 uuid_extract_timestamp uuid_extract_version random error alias
  switch enum_code enum_first enum_last enum_range is_histogram_other_bin create_sort_key pg_typeof`,
})

/**
 * The engine's operators, which are functions to its parser. `!__postfix` is the factorial, `@` the absolute value,
 * `~~` LIKE, `~~*` ILIKE, `~~~` GLOB.
 */
export const operatorFunctions: readonly string[] =
  '+ - * / // % ** ^ & | << >> ~ @ ! || ~~ !~~ ~~* !~~* ~~~ ^@ @> <@ && -> ->> !__postfix <-> <=> xor'.split(' ')

/** These take the name of an aggregate as a text, so the text has to be a constant of the list of aggregates. */
export const callsByName: ReadonlySet<string> = new Set([
  'list_aggregate',
  'list_aggr',
  'array_aggregate',
  'array_aggr',
  'aggregate',
])

/** Their second argument has to be a lambda: the engine's binder knows other meanings that the walk does not. */
export const needsLambda: ReadonlySet<string> = new Set(
  'list_transform list_apply array_transform array_apply apply list_filter array_filter filter list_reduce array_reduce reduce'.split(
    ' ',
  ),
)
