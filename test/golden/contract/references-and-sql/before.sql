select 0 as id, 'YYY' as origin, date '2001-01-01' as day
