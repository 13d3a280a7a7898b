select
  name as state_name,
  max(total)::bigint as households,
  round(coalesce(sum(pct) filter (where "group" in ('100000 to 149999', '150000 to 199999', '200000+')), 0), 3) as share_over_100k
from income
group by name
