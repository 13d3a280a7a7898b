select
  departed_at::date as flight_date,
  origin,
  count(*) as flights,
  count(*) filter (where delay_min >= 15) as late15,
  avg(delay_min) as avg_delay_min,
  quantile_cont(delay_min, 0.9) as p90_delay_min
from flights.departures
group by all
