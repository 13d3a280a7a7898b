select id, happened_at, v from raw
