create view sales.orders as
SELECT "row"."order_id" AS "order_id", "row"."region" AS "region", CAST('XXXXXXXX' AS VARCHAR) AS "ssn", TRY(make_date(year("row"."born"), 1, 1)) AS "born", CAST(NULL AS INTEGER) AS "salary" FROM read_parquet(['/lake/sales.orders/1.parquet']) AS "row" WHERE ("row"."region" = 'EU'' OR ''1''=''1') AND ("row"."born" > CAST('1900-01-01' AS DATE));
