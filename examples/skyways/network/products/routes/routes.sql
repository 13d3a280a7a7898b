with then_flown as (
  select origin, destination, max(distance_mi) as distance_mi, count(*) as flights
  from departures
  group by origin, destination
)
select
  coalesce(t.origin, c.origin) as origin,
  coalesce(t.destination, c.destination) as destination,
  t.distance_mi,
  coalesce(t.flights, 0) as flights_2001h1,
  coalesce(c."count", 0) as flights_2008,
  case when t.flights is null then 'new' when c."count" is null then 'dropped' else 'kept' end as status
from then_flown t
full join counts_2008 c on c.origin = t.origin and c.destination = t.destination
