create view sales.orders as
SELECT "row"."order_id" AS "order_id", "row"."odd "" name" AS "odd "" name" FROM read_parquet(['/lake/sales.orders/1.parquet']) AS "row" WHERE false;
