-- Whom do we call today? Seattle, 28 February 2001.
select p.full_name, p.phone, p.tier, b.booking_id
from flights.disruptions x
join flights.departures d on d.origin = x.origin and d.departed_at::date = x.flight_date
join sales.bookings b on b.flight_id = d.flight_id
join sales.passengers p on p.passenger_id = b.passenger_id
where x.origin = 'SEA' and x.flight_date = date '2001-02-28'
order by b.booking_id
