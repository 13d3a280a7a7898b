select 1::bigint as id, 'a' as name where false
