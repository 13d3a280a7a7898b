select id as flight_id, date as departed_at, origin, delay as delay_min from raw
