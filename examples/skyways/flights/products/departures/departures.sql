-- Some flights were sent twice: the first of equal rows counts.
select
  flight_id,
  "date" as departed_at,
  origin,
  destination,
  distance as distance_mi,
  delay as delay_min,
  now() as loaded_at
from raw
qualify row_number() over (partition by "date", delay, distance, origin, destination order by flight_id) = 1
