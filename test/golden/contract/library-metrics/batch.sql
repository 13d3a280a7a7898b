select * from (values (1, 'None', 0), (2, 'Minor', 400), (3, 'N/A', 7), (4, '', 7), (5, null, 7), (6, 'Major', null)) as v(id, damage, speed)
