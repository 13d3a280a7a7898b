-- Where should marketing spend?
with late as (
  select origin, sum(late15) as late, sum(flights) as flights
  from flights.punctuality
  group by origin
)
select
  p.home_airport,
  s.state_name,
  count(*) as customers,
  round(100.0 * any_value(l.late) / any_value(l.flights), 1)::double as late_pct,
  any_value(h.share_over_100k) as share_over_100k
from sales.passengers p
join network.airports a on a.iata = p.home_airport
join network.states s on s.state = a.state
join marketing.households h on h.state_name = s.state_name
join late l on l.origin = p.home_airport
group by p.home_airport, s.state_name
order by customers desc, p.home_airport
limit 5
