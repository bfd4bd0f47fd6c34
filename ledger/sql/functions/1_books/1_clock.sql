-- Whole milliseconds, because callers' clocks have no more: an entry's published time read back finds that entry.
CREATE OR REPLACE FUNCTION holdfast.clock() RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$
  SELECT date_trunc('milliseconds', coalesce((SELECT set_to FROM holdfast.test_clock), clock_timestamp()))
$$;

-- The only judge of time. Read after the account's lock is held: now() predates the wait for the lock.
CREATE OR REPLACE FUNCTION holdfast.ledger_now(p_last_entry_at timestamptz) RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$
  SELECT greatest(holdfast.clock(), p_last_entry_at)
$$;

CREATE OR REPLACE FUNCTION holdfast.iso(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
