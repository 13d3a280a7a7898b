select
  location as city,
  month("date") as month,
  day("date") as day,
  round(avg(precipitation), 3) as precipitation_mm,
  round(avg(wind), 3) as wind_ms,
  round(avg(case when precipitation > 0 then 1.0 else 0.0 end), 3) as wet_share
from weather
group by all
