select 2::bigint as id, date '2001-01-09' as day, 'a' as code, 'old' as name
