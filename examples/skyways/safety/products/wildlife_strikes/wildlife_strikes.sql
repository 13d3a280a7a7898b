select
  r._row as strike_id,
  r."Flight Date"::date as strike_date,
  a.iata,
  r."Airport Name" as airport_name,
  r."Aircraft Airline Operator" as operator_name,
  r."Aircraft Make Model" as aircraft,
  r."Phase of flight" as phase,
  r."Wildlife Species" as species,
  r."Wildlife Size" as size,
  r."Effect Amount of damage" as damage,
  replace(r."Cost Total $", ',', '')::bigint as total_cost_usd,
  r."Speed IAS in knots"::integer as speed_kt
from reports r
left join aliases a on a.airport_name = r."Airport Name"
