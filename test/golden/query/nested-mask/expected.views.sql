create view sales.orders as
SELECT CASE WHEN "row"."profile" IS NULL THEN NULL ELSE struct_pack("phone" := repeat('x', greatest(length(struct_extract("row"."profile", 'phone')) - 4, 0)) || right(struct_extract("row"."profile", 'phone'), 4), "city" := struct_extract("row"."profile", 'city')) END AS "profile" FROM read_parquet(['/lake/sales.orders/1.parquet']) AS "row";
