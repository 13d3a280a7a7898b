-- Which crews were caught in the storms?
select c.base, c.role, count(*) as duties, count(distinct c.full_name) as names
from people.rosters r
join people.crew c on c.crew_id = r.crew_id
join flights.departures d on d.flight_id = r.flight_id
join flights.disruptions x on x.origin = d.origin and x.flight_date = d.departed_at::date
group by c.base, c.role
order by c.base, c.role
