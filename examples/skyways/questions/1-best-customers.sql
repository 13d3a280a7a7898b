-- Where do our best customers lose most time?
select
  d.origin,
  count(*) as trips,
  round(sum(greatest(d.delay_min, 0)) / 60.0)::bigint as hours_late,
  count(distinct p.passenger_id) as people,
  min(p.email) as an_address
from sales.bookings b
join sales.passengers p on p.passenger_id = b.passenger_id
join flights.departures d on d.flight_id = b.flight_id
where p.tier in ('gold', 'platinum')
group by d.origin
order by trips desc, d.origin
limit 5
