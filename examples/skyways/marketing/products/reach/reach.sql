with customers as (
  select home_airport as iata, count(*) as customers, count(*) filter (where marketing_consent) as reachable
  from passengers
  group by home_airport
  having count(*) >= 10
), lateness as (
  select origin as iata, sum(late15)::double / sum(flights) as late_share
  from punctuality
  group by origin
)
select c.iata, c.customers, c.reachable, round(l.late_share, 4) as late_share
from customers c
join airports a on a.iata = c.iata
left join lateness l on l.iata = c.iata
