select day, origin, count(*) as flights from raw group by all
