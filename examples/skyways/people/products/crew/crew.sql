select crew_id, full_name, birth_date, licence_no, medical_valid_until, email, salary_usd::integer as salary_usd, base, role
from raw_crew
