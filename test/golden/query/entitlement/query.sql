select * from sales.orders
