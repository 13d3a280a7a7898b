select
  b.booking_id, b.passenger_id, b.flight_id, b.booked_on, b.fare_usd::decimal(9, 2) as fare_usd, b.channel, b.cabin,
  p.marketing_consent
from raw_bookings b
join raw_passengers p on p.passenger_id = b.passenger_id
