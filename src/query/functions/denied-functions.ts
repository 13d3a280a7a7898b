/** Why a function of the engine is not let through: by exact names, or by a pattern that the whole name fits. */
export interface Denial {
  readonly names?: readonly string[]
  readonly pattern?: RegExp
  /** Only as this kind of function; absent: as any. */
  readonly kind?: 'table'
  readonly reason: string
}

const names = (text: string): readonly string[] => text.split(' ')

/** Every function of the engine is on an allowed list or has its reason here: a drift test asks the engine for its catalogue. */
export const denials: readonly Denial[] = [
  { names: ['stats'], reason: 'It prints the least and greatest value of hidden rows, whatever the filter.' },
  { names: ['bitstring_agg'], reason: 'It sizes its answer by the statistics of the table, hidden rows included.' },
  { names: names('query query_table'), reason: 'It runs SQL or reads a table whose name is a text.' },
  {
    names: names(
      'json_execute_serialized_sql json_serialize_sql json_deserialize_sql json_serialize_plan sql_auto_complete check_peg_parser enable_peg_parser disable_peg_parser',
    ),
    reason: 'It runs SQL from a text, or shows plans with what the governed views are made of.',
  },
  {
    names: names('getvariable current_setting getenv get_block_size which_secret'),
    reason: 'It shows settings or secrets of the installation.',
  },
  { pattern: /^(duckdb|pragma)_.*$/, reason: 'It shows settings, files or the catalogue of the engine.' },
  {
    pattern: /^(read_.*|parquet_.*|glob|sniff_csv|seq_scan|arrow_scan.*)$/,
    kind: 'table',
    reason: 'It reads files, past masks and filters.',
  },
  {
    names: names(
      'nextval currval setseed write_log sleep_ms pg_sleep checkpoint force_checkpoint enable_logging disable_logging truncate_duckdb_logs enable_profiling disable_profiling parse_duckdb_log_message',
    ),
    reason: 'It changes state, writes a log or holds a worker.',
  },
  {
    names: names(
      'current_query current_query_id current_connection_id current_transaction_id txid_current version current_database current_catalog current_schema current_schemas current_role current_user session_user user in_search_path',
    ),
    reason: 'It shows the state of the engine and not of the mesh.',
  },
  {
    names: names('histogram histogram_values summary'),
    kind: 'table',
    reason: 'It reads a table whose name is a text, or all rows of one.',
  },
  {
    pattern:
      /^(pg_(?!typeof$).*|inet_.*|has_.*_privilege|.*_description|map_to_pg_oid|format_pg_type|format_type|regexp_split_to_table)$/,
    reason: 'It belongs to the catalogue of another database, which the doors with sessions answer.',
  },
  { names: names('combine finalize'), reason: 'It handles inner states of aggregates.' },
  {
    names: names(
      'can_cast_implicitly cast_to_type get_type make_type replace_type vector_type remap_struct enum_range_boundary',
    ),
    reason: 'It makes types out of values, or shows how values are stored.',
  },
  { pattern: /^(variant_.*|st_.*)$/, reason: 'The types VARIANT and GEOMETRY are not proven safe here.' },
  {
    pattern:
      /^(__internal_.*|icu_collate_.*|icu_sort_key|timetz_byte_comparable|parse_formatted_bytes|md5_number_(lower|upper)|(array|list)_negative_(dot|inner)_product)$/,
    reason: 'It is an inner function of the engine.',
  },
  {
    names: names('repeat repeat_row test_all_types test_vector_types icu_calendar_names'),
    kind: 'table',
    reason: 'It makes rows without end, or shows the state of the engine.',
  },
]

/** The reason for which a function is denied; undefined where no list knows it. */
export function denialOf(name: string, kind: 'table' | 'scalar'): string | undefined {
  return denials.find(
    denial =>
      (denial.kind ?? kind) === kind &&
      ((denial.names?.includes(name) ?? false) || (denial.pattern?.test(name) ?? false)),
  )?.reason
}
