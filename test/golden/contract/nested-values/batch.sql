select * from (values
  (1, {'name': 'Ann', 'zip': '98101'}, [1, 10]),
  (2, {'name': null, 'zip': '9810'}, [11]),
  (3, null, [null]),
  (4, {'name': 'Bo', 'zip': null}, null)) as v(id, who, scores)
