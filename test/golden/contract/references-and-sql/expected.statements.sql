select f0 as m0, (f0 = 0) as p0, f0 from (select count(*) as f0 from object as here where here."origin" is not null and not exists (select 1 from (select "iata" as k0 from "ref_network_airports") as there where there.k0 = here."origin")) as counted;
select f0 as m0, (f0 = 0) as p0, f0 from (select count(*) as f0 from object as here where here."origin" is not null and here."day" is not null and not exists (select 1 from (select "iata" as k0, "day" as k1 from "ref_network_open") as there where there.k0 = here."origin" and there.k1 = here."day")) as counted;
select m0, (m0 = 0) as p0 from (select (select count(*) from object where "day" > date '2001-01-02' -- later
) as m0) as counted;
select m0, (m0 >= 3) as p0 from (select (select count(*) from batch
) as m0) as counted;
select m0, (m0 = 0) as p0 from (select (select null
) as m0) as counted;
select m0, (m0 = 1) as p0 from (select (select 1, 2
) as m0) as counted;
