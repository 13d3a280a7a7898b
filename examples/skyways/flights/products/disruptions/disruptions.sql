with weekdays as (
  select origin, dayofweek(flight_date) as weekday, median(flights) as usual
  from flights.punctuality
  group by all
), busy as (
  select origin
  from flights.punctuality
  group by origin
  having median(flights) >= 100
)
select p.flight_date, p.origin, p.flights, w.usual, round(p.flights / w.usual, 3) as ratio
from flights.punctuality p
join weekdays w on w.origin = p.origin and w.weekday = dayofweek(p.flight_date)
where p.origin in (select origin from busy) and p.flights < 0.55 * w.usual
