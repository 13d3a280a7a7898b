-- Does rain make flights late? No rule matches: everybody gets the same answer.
select
  c.city,
  count(*) as days,
  round(corr(c.precipitation_mm, p.late15::double / p.flights), 3) as r
from network.climate_daily c
join flights.punctuality p on month(p.flight_date) = c.month and day(p.flight_date) = c.day
join network.airports a on a.iata = p.origin and a.city = c.city
where p.origin in ('SEA', 'JFK')
group by c.city
order by c.city
