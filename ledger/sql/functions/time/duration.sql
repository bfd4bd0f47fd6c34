-- An ISO 8601 duration. Postgres would take more for one: infinity, and what it writes itself.
CREATE OR REPLACE FUNCTION holdfast.duration(p_said text) RETURNS interval
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_said !~ '^P[0-9YMWDTHS.-]+$' THEN
    RAISE EXCEPTION 'no duration' USING ERRCODE = 'invalid_datetime_format';
  END IF;
  RETURN p_said::interval;
END $$;

-- The time that lies a duration after p_at, by the calendar of the time zone.
CREATE OR REPLACE FUNCTION holdfast.add_duration(
  p_at timestamptz, p_duration text, p_time_zone text
) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT holdfast.cycle_start(p_at, 0, 1, p_duration, p_time_zone)
$$;

-- P12M is P1Y, but P30D is not P1M, which comparing intervals would say.
CREATE OR REPLACE FUNCTION holdfast.same_length(p_one text, p_other text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_one::interval::text = p_other::interval::text
$$;

-- Whether every system's time zone data has the name: no POSIX rules, no zones with leap seconds,
-- no name of this machine's own.
CREATE OR REPLACE FUNCTION holdfast.is_time_zone(p_name text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_name = 'UTC' OR (
    p_name !~ '^(posix|right)/'
    AND p_name NOT IN ('localtime', 'posixrules', 'Factory')
    AND EXISTS (SELECT FROM pg_catalog.pg_timezone_names WHERE name = p_name)
  )
$$;
