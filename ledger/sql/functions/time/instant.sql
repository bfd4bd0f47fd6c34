-- The last moment that callers can read: their calendars have four digits for a year.
CREATE OR REPLACE FUNCTION holdfast.calendar_end() RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
  SELECT timestamptz '9999-12-31 23:59:59.999+00'
$$;

-- A time as callers read it: ISO 8601 in UTC, with three decimals. A time past the calendar's end,
-- which an earlier version may have booked, reads as that end.
CREATE OR REPLACE FUNCTION holdfast.iso(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT to_char(
    (CASE
      WHEN p_at > timestamptz '9999-12-31 23:59:59.999+00'
        THEN timestamptz '9999-12-31 23:59:59.999+00'
      ELSE p_at
    END) AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
  )
$$;

-- A caller's time: an ISO 8601 instant with an offset, from the year 1 to 9999 in UTC. Its text is
-- cut down to milliseconds: Postgres would round it, up to a second that is still to come.
CREATE OR REPLACE FUNCTION holdfast.instant(p_said text) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_parts text[] := regexp_match(
    p_said,
    '^(\d{4}-\d\d-\d\dT\d\d:\d\d)((:\d\d)((\.\d{1,3})\d*){0,1}){0,1}(Z|[+-]\d\d:{0,1}\d\d)$'
  );
  v_at timestamptz;
BEGIN
  IF v_parts IS NULL THEN
    RAISE EXCEPTION 'no instant' USING ERRCODE = 'invalid_datetime_format';
  END IF;
  v_at := concat(v_parts[1], v_parts[3], v_parts[5], v_parts[6])::timestamptz;
  IF v_at < timestamptz '0001-01-01 00:00:00+00' OR v_at > holdfast.calendar_end() THEN
    RAISE EXCEPTION 'outside the calendar' USING ERRCODE = 'datetime_field_overflow';
  END IF;
  RETURN v_at;
END $$;
