select passenger_id, full_name, email, phone, birth_date, passport_no, zip_code, home_airport, tier, marketing_consent
from raw_passengers
