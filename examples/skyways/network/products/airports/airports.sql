select
  iata,
  name,
  city,
  nullif(state, 'NA') as state,
  country,
  latitude::double as latitude,
  longitude::double as longitude
from raw_airports
