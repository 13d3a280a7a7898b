select
  date_trunc('month', departed_at)::date as month,
  origin,
  count(*) as flights,
  round(100.0 * count(*) filter (where delay_min >= 15) / count(*), 1)::double as late_pct
from flights.departures
group by all
