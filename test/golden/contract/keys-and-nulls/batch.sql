select * from (values
  (1::bigint, date '2001-01-01', 'a', 'x'),
  (1, date '2001-01-01', 'b', null),
  (1, date '2001-01-02', 'b', 'y'),
  (null, date '2001-01-02', null, 'z'),
  (2, null, null, 'z')) as v(id, day, code, name)
