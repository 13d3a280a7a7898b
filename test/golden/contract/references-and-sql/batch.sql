select * from (values (1, 'SEA', date '2001-01-01'), (2, 'XXX', date '2001-01-01'), (3, null, date '2001-01-03')) as v(id, origin, day)
