-- A bare hash of a guessable value would give everybody back; the keyed one does not.
select count(*) as found
from network.catchments k
join sales.passengers p on sha256(k.zip_code) = p.zip_code
