/**
 * What a member of a node holds. A member that its shape does not list is refused by name: a new version of the engine
 * may mean something by it that nobody checks.
 */
export type Part =
  /** Text, number or flag without a meaning for names. */
  | 'plain'
  /** Must be null, false, empty: only other statements fill it. */
  | 'nothing'
  | 'expression'
  | 'expression?'
  | 'expressions'
  | 'table'
  | 'query'
  | 'query?'
  | 'node'
  | 'modifiers'
  | 'modifier'
  | 'orders'
  | 'type'
  | 'types'
  | 'typeInfo?'
  | 'fields'
  | 'constant'
  | 'names'
  | 'common-tables'
  | 'cases'
  | 'sample?'
  | 'pin?'
  | 'pivots'
  | 'rows'
  | 'named-expressions'
  | 'renames'
  | 'qualified-names'
  | readonly string[]

export type Shape = Readonly<Record<string, Part>>

const expression: Shape = { class: 'plain', type: 'plain', alias: 'plain', query_location: 'plain' }
const table: Shape = { type: 'plain', alias: 'plain', sample: 'sample?', query_location: 'plain' }

export const queryNodes: Readonly<Record<string, Shape>> = {
  SELECT_NODE: {
    type: 'plain',
    modifiers: 'modifiers',
    cte_map: 'common-tables',
    select_list: 'expressions',
    from_table: 'table',
    where_clause: 'expression?',
    group_expressions: 'expressions',
    group_sets: 'plain',
    aggregate_handling: ['STANDARD_HANDLING', 'FORCE_AGGREGATES', 'NO_AGGREGATES_ALLOWED'],
    having: 'expression?',
    sample: 'sample?',
    qualify: 'expression?',
  },
  SET_OPERATION_NODE: {
    type: 'plain',
    modifiers: 'modifiers',
    cte_map: 'common-tables',
    setop_type: ['UNION', 'UNION_BY_NAME', 'EXCEPT', 'INTERSECT'],
    left: 'node',
    right: 'node',
    setop_all: 'plain',
  },
  RECURSIVE_CTE_NODE: {
    type: 'plain',
    modifiers: 'modifiers',
    cte_map: 'common-tables',
    cte_name: 'plain',
    union_all: 'plain',
    left: 'node',
    right: 'node',
    aliases: 'names',
    key_targets: 'expressions',
  },
}

export const modifiers: Readonly<Record<string, Shape>> = {
  ORDER_MODIFIER: { type: 'plain', orders: 'orders' },
  LIMIT_MODIFIER: { type: 'plain', limit: 'expression?', offset: 'expression?' },
  LIMIT_PERCENT_MODIFIER: { type: 'plain', limit: 'expression?', offset: 'expression?' },
  DISTINCT_MODIFIER: { type: 'plain', distinct_on_targets: 'expressions' },
}

export const tableRefs: Readonly<Record<string, Shape>> = {
  BASE_TABLE: {
    ...table,
    schema_name: 'plain',
    table_name: 'plain',
    column_name_alias: 'names',
    catalog_name: 'plain',
    at_clause: 'pin?',
  },
  SUBQUERY: { ...table, subquery: 'query', column_name_alias: 'names' },
  JOIN: {
    ...table,
    left: 'table',
    right: 'table',
    condition: 'expression?',
    join_type: ['INNER', 'LEFT', 'RIGHT', 'OUTER', 'SEMI', 'ANTI', 'FULL'],
    ref_type: ['REGULAR', 'NATURAL', 'CROSS', 'POSITIONAL', 'ASOF', 'DEPENDENT'],
    using_columns: 'names',
    delim_flipped: 'nothing',
    duplicate_eliminated_columns: 'nothing',
  },
  TABLE_FUNCTION: {
    ...table,
    function: 'expression',
    column_name_alias: 'names',
    with_ordinality: ['WITHOUT_ORDINALITY', 'WITH_ORDINALITY'],
  },
  EMPTY: table,
  EXPRESSION_LIST: { ...table, expected_names: 'names', expected_types: 'types', values: 'rows' },
  PIVOT: {
    ...table,
    source: 'table',
    aggregates: 'expressions',
    unpivot_names: 'names',
    pivots: 'pivots',
    groups: 'names',
    column_name_alias: 'names',
    include_nulls: 'plain',
  },
}

/** By class; where a class has several types, `type` lists them. */
export const expressions: Readonly<Record<string, Shape>> = {
  COLUMN_REF: { ...expression, column_names: 'names' },
  CONSTANT: { ...expression, value: 'constant' },
  FUNCTION: {
    ...expression,
    function_name: 'plain',
    schema: 'plain',
    catalog: 'plain',
    children: 'expressions',
    filter: 'expression?',
    order_bys: 'modifier',
    distinct: 'plain',
    is_operator: 'plain',
    export_state: 'nothing',
  },
  WINDOW: {
    ...expression,
    function_name: 'plain',
    schema: 'plain',
    catalog: 'plain',
    children: 'expressions',
    partitions: 'expressions',
    orders: 'orders',
    start: 'plain',
    end: 'plain',
    start_expr: 'expression?',
    end_expr: 'expression?',
    offset_expr: 'expression?',
    default_expr: 'expression?',
    ignore_nulls: 'plain',
    filter_expr: 'expression?',
    exclude_clause: 'plain',
    distinct: 'plain',
    arg_orders: 'orders',
  },
  SUBQUERY: {
    ...expression,
    subquery_type: ['SCALAR', 'EXISTS', 'NOT_EXISTS', 'ANY'],
    subquery: 'query',
    child: 'expression?',
    comparison_type: 'plain',
  },
  CASE: { ...expression, case_checks: 'cases', else_expr: 'expression' },
  CAST: { ...expression, child: 'expression', cast_type: 'type', try_cast: 'plain' },
  COMPARISON: {
    ...expression,
    type: [
      'COMPARE_EQUAL',
      'COMPARE_NOTEQUAL',
      'COMPARE_LESSTHAN',
      'COMPARE_GREATERTHAN',
      'COMPARE_LESSTHANOREQUALTO',
      'COMPARE_GREATERTHANOREQUALTO',
      'COMPARE_DISTINCT_FROM',
      'COMPARE_NOT_DISTINCT_FROM',
    ],
    left: 'expression',
    right: 'expression',
  },
  CONJUNCTION: { ...expression, type: ['CONJUNCTION_AND', 'CONJUNCTION_OR'], children: 'expressions' },
  OPERATOR: {
    ...expression,
    type: [
      'OPERATOR_NOT',
      'OPERATOR_IS_NULL',
      'OPERATOR_IS_NOT_NULL',
      'OPERATOR_COALESCE',
      'OPERATOR_TRY',
      'OPERATOR_UNPACK',
      'OPERATOR_NULLIF',
      'COMPARE_IN',
      'COMPARE_NOT_IN',
      'ARRAY_EXTRACT',
      'ARRAY_SLICE',
      'ARRAY_CONSTRUCTOR',
      'STRUCT_EXTRACT',
      'GROUPING_FUNCTION',
    ],
    children: 'expressions',
  },
  BETWEEN: { ...expression, input: 'expression', lower: 'expression', upper: 'expression' },
  COLLATE: { ...expression, child: 'expression', collation: 'plain' },
  LAMBDA: { ...expression, lhs: 'expression', expr: 'expression' },
  STAR: {
    ...expression,
    relation_name: 'plain',
    exclude_list: 'names',
    qualified_exclude_list: 'qualified-names',
    replace_list: 'named-expressions',
    rename_list: 'renames',
    columns: 'plain',
    expr: 'expression?',
  },
  PARAMETER: { ...expression, identifier: 'plain' },
  POSITIONAL_REFERENCE: { ...expression, index: 'plain' },
}

export const typeIds: ReadonlySet<string> = new Set([
  ...'NULL BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT DOUBLE DECIMAL'.split(
    ' ',
  ),
  ...'VARCHAR CHAR BLOB BIT BIGNUM DATE TIME TIME_NS TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS INTERVAL UUID'.split(
    ' ',
  ),
  ...'LIST ARRAY STRUCT MAP UNION'.split(' '),
  'TIMESTAMP WITH TIME ZONE',
  'TIME WITH TIME ZONE',
  'UNBOUND',
])

const typeInfo: Shape = { type: 'plain', alias: 'nothing', extension_info: 'nothing' }

export const typeInfos: Readonly<Record<string, Shape>> = {
  DECIMAL_TYPE_INFO: { ...typeInfo, width: 'plain', scale: 'plain' },
  LIST_TYPE_INFO: { ...typeInfo, child_type: 'type' },
  ARRAY_TYPE_INFO: { ...typeInfo, child_type: 'type', size: 'plain' },
  STRUCT_TYPE_INFO: { ...typeInfo, child_types: 'fields' },
  STRING_TYPE_INFO: { ...typeInfo, collation: 'plain' },
  /** A type that only the binder knows: `json` alone is let through. */
  UNBOUND_TYPE_INFO: {
    ...typeInfo,
    name: ['json', 'JSON', 'Json'],
    catalog: 'nothing',
    schema: 'nothing',
    user_type_modifiers: 'nothing',
  },
}

export const sampleShape: Shape = {
  sample_size: 'constant',
  is_percentage: 'plain',
  method: ['System', 'Bernoulli', 'Reservoir'],
  seed: 'plain',
}

export const collations: ReadonlySet<string> = new Set('nocase noaccent nfc binary c posix de fr en es it'.split(' '))
