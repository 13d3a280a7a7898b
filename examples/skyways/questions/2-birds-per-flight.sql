-- At which airports are strikes most frequent, per 10,000 flights?
with strikes as (
  select iata, count(*) as strikes
  from safety.wildlife_strikes
  where strike_date between date '2001-01-01' and date '2001-06-30'
  group by iata
), flown as (
  select origin, sum(flights) as flights
  from flights.punctuality
  group by origin
)
select a.iata, s.strikes, round(10000.0 * s.strikes / f.flights, 1)::double as per_10000
from strikes s
join network.airports a on a.iata = s.iata
join flown f on f.origin = s.iata
order by per_10000 desc, a.iata
limit 3
