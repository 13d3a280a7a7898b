select crew_id, flight_id, role from raw_rosters
