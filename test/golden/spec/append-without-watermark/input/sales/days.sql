select shop, day from orders
