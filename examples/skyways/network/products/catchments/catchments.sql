-- On the unit sphere the nearest point is the one with the largest scalar product: no trigonometry for each pair.
with served as (
  select
    a.iata,
    cos(radians(a.latitude)) * cos(radians(a.longitude)) as x,
    cos(radians(a.latitude)) * sin(radians(a.longitude)) as y,
    sin(radians(a.latitude)) as z
  from airports a
  where a.iata in (select distinct origin from departures)
), homes as (
  select
    zip_code, city, state, county,
    cos(radians(latitude::double)) * cos(radians(longitude::double)) as x,
    cos(radians(latitude::double)) * sin(radians(longitude::double)) as y,
    sin(radians(latitude::double)) as z
  from zip_codes
), nearest as (
  select h.zip_code, any_value(h.city) as city, any_value(h.state) as state, any_value(h.county) as county,
    arg_max(s.iata, h.x * s.x + h.y * s.y + h.z * s.z) as iata,
    max(h.x * s.x + h.y * s.y + h.z * s.z) as cosine
  from homes h cross join served s
  group by h.zip_code
)
select zip_code, city, state, county, iata, round(6371 * acos(least(1, cosine)), 1) as km
from nearest
