select departed_at::date as flight_date, origin, count(*) as late15 from flights.departures group by all
