create view sales.orders as
SELECT "row"."region" AS "region" FROM read_parquet(['/lake/sales.orders/1.parquet']) AS "row" WHERE (EXISTS (SELECT 1 FROM read_parquet(['/lake/gov.grants/1.parquet']) AS "entitlement" WHERE (("entitlement"."u" = 'erin') AND ("entitlement"."region" = "row"."region"))));
