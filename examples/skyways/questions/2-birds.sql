-- Who hits birds, and at what cost?
select
  s.operator_name,
  count(*) as strikes,
  count(distinct s.iata) as airports,
  sum(s.total_cost_usd)::bigint as cost_usd
from safety.wildlife_strikes s
join network.airports a on a.iata = s.iata
join flights.punctuality p on p.origin = s.iata and p.flight_date = s.strike_date
where s.strike_date between date '2001-01-01' and date '2001-06-30'
group by s.operator_name
order by strikes desc, s.operator_name
limit 5
