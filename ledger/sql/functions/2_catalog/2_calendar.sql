-- An ISO 8601 duration. Postgres would take more for one: infinity, and what it writes itself.
CREATE OR REPLACE FUNCTION holdfast.duration(p_said text) RETURNS interval LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_said !~ '^P[0-9YMWDTHS.-]+$' THEN RAISE EXCEPTION 'no duration' USING ERRCODE = 'invalid_datetime_format'; END IF;
  RETURN p_said::interval;
END $$;

-- When cycle n starts: anchor + (n - anchor_cycle) × cycle, always from the anchor, so that month ends clamp and return
-- (31 Jan, 28 Feb, 31 Mar). Months and days are those of the time zone's calendar, the rest of a duration is absolute.
CREATE OR REPLACE FUNCTION holdfast.cycle_start(
  p_anchor timestamptz, p_anchor_cycle integer, p_cycle_number integer, p_cycle text, p_time_zone text
) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_steps  integer  := p_cycle_number - p_anchor_cycle;
  v_cycle  interval := holdfast.duration(p_cycle);
  v_months integer  := extract(year FROM v_cycle) * 12 + extract(month FROM v_cycle);
  v_days   integer  := extract(day FROM v_cycle);
  v_calendar interval := make_interval(months => v_months * v_steps, days => v_days * v_steps);
  v_time   interval := v_cycle - make_interval(months => v_months, days => v_days);
BEGIN
  -- An anchor within the hour that autumn repeats would not survive the way to local time and back.
  IF v_calendar = interval '0' THEN RETURN p_anchor + v_time * v_steps; END IF;
  RETURN (p_anchor AT TIME ZONE p_time_zone + v_calendar) AT TIME ZONE p_time_zone + v_time * v_steps;
END $$;

CREATE OR REPLACE FUNCTION holdfast.add_duration(p_at timestamptz, p_duration text, p_time_zone text) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT holdfast.cycle_start(p_at, 0, 1, p_duration, p_time_zone)
$$;

-- A refusal where a cycle that ends then, its grace or its settlement window would end past the calendar; else null. Asked
-- before anything is written.
CREATE OR REPLACE FUNCTION holdfast.calendar_exceeded(p_ends_at timestamptz, p_time_zone text, p_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_lapse timestamptz := holdfast.add_duration(p_ends_at, holdfast.catalog_duration('renewalGrace', 'PT0S', p_at), p_time_zone);
BEGIN
  IF holdfast.add_duration(v_lapse, holdfast.catalog_duration('settlementWindow', 'PT1H', p_at), p_time_zone)
    <= holdfast.calendar_end() THEN RETURN NULL; END IF;
  RETURN holdfast.refusal('CALENDAR_EXCEEDED', jsonb_build_object('latest', holdfast.iso(holdfast.calendar_end())));
END $$;

-- P12M is P1Y, but P30D is not P1M, which comparing intervals would say.
CREATE OR REPLACE FUNCTION holdfast.same_length(p_one text, p_other text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_one::interval::text = p_other::interval::text
$$;

-- Names that every system's time zone data has: no POSIX rules, no zones with leap seconds, no name of this machine's own.
CREATE OR REPLACE FUNCTION holdfast.is_time_zone(p_name text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_name = 'UTC' OR (p_name !~ '^(posix|right)/' AND p_name NOT IN ('localtime', 'posixrules', 'Factory')
    AND EXISTS (SELECT FROM pg_catalog.pg_timezone_names WHERE name = p_name))
$$;
