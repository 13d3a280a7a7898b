-- A key that is masked on one side never meets itself; the answer says so.
select count(*) as found
from sales.passengers p
join network.catchments c on c.zip_code = p.zip_code
