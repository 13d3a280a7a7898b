select * from (values
  ('SEA', 5, 1.50::decimal(9,2), date '2001-05-01', ['a']),
  ('sea', -121, 0.00, date '2000-12-31', []),
  ('SEAT', 1441, 0.01, date '2002-01-01', ['a', 'b', 'c']),
  (null, null, null, null, null),
  ('O''H', 1440, -1.00, date '2001-12-31', ['a', null])) as v(iata, delay, fare, day, tags)
