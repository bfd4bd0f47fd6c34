-- The clock of the ledger. Whole milliseconds, because callers' clocks have no more: an entry's
-- published time, read back, finds that entry.
CREATE OR REPLACE FUNCTION holdfast.clock() RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$
  SELECT date_trunc(
    'milliseconds',
    coalesce((SELECT set_to FROM holdfast.test_clock), clock_timestamp())
  )
$$;

-- The clock of deadlines and of the order of commands: the server's own, never the test clock. Both
-- stem from durations that Temporal's clock has measured.
CREATE OR REPLACE FUNCTION holdfast.server_clock() RETURNS timestamptz
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT date_trunc('milliseconds', clock_timestamp())
$$;

-- The only judge of time. Read after the account's lock is held: now() predates the wait for the
-- lock.
CREATE OR REPLACE FUNCTION holdfast.ledger_now(p_last_entry_at timestamptz) RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$
  SELECT greatest(holdfast.clock(), p_last_entry_at)
$$;

-- The day, in UTC, to which a time belongs.
CREATE OR REPLACE FUNCTION holdfast.day_of(p_at timestamptz) RETURNS date
LANGUAGE sql STABLE AS $$
  SELECT (p_at AT TIME ZONE 'UTC')::date
$$;

-- The beginning of the day, in UTC, to which a time belongs.
CREATE OR REPLACE FUNCTION holdfast.day_start(p_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT holdfast.day_of(p_at)::timestamp AT TIME ZONE 'UTC'
$$;

-- The beginning of the day, in UTC, after the one to which a time belongs.
CREATE OR REPLACE FUNCTION holdfast.next_day_start(p_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT (holdfast.day_of(p_at) + 1)::timestamp AT TIME ZONE 'UTC'
$$;

-- The beginning of the calendar month, in UTC, to which a time belongs.
CREATE OR REPLACE FUNCTION holdfast.month_start(p_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT date_trunc('month', p_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
$$;

-- The beginning of the calendar month, in UTC, after the one to which a time belongs.
CREATE OR REPLACE FUNCTION holdfast.next_month_start(p_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT (date_trunc('month', p_at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'
$$;
