select state, state_name, fips from raw_states
