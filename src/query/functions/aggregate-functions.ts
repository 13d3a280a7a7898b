import { namesIn } from './names-in.ts'

/** Aggregates that a statement may call; each may also be a window. */
export const aggregateFunctions: Readonly<Record<string, readonly string[]>> = namesIn({
  basic: `
  count count_star count_if countif sum avg mean min max any_value arbitrary first last bool_and bool_or
  bit_and bit_or bit_xor product fsum kahan_sum sumkahan favg sum_no_overflow`,
  statistics: `
  median mode mad quantile quantile_cont quantile_disc reservoir_quantile approx_quantile
  approx_count_distinct approx_top_k entropy stddev stddev_pop stddev_samp var_pop var_samp variance sem
  skewness kurtosis kurtosis_pop corr covar_pop covar_samp regr_avgx regr_avgy regr_count regr_intercept
  regr_r2 regr_slope regr_sxx regr_sxy regr_syy geomean geometric_mean wavg weighted_avg`,
  collect: `
  list array_agg string_agg listagg group_concat histogram histogram_exact arg_max arg_min argmax argmin
  max_by min_by arg_max_null arg_min_null arg_max_nulls_last arg_min_nulls_last json_group_array
  json_group_object json_group_structure map_from_entries`,
})

export const windowFunctions: readonly string[] =
  'row_number rank dense_rank rank_dense percent_rank cume_dist ntile lag lead first_value last_value nth_value first last fill'.split(
    ' ',
  )
