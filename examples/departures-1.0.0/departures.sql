select
  flight_id,
  "date" as departed_at,
  origin,
  destination,
  distance as distance_mi,
  delay as delay_min,
  now() as loaded_at
from raw
