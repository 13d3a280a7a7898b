select
  month("date") as month,
  day("date") as day,
  hour("date") as hour,
  temperature as temperature_c,
  wind as wind_ms,
  pressure as pressure_hpa
from normals
