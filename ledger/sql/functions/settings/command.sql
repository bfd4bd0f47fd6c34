-- p_times says when a command was asked for, and until when it may take effect: {askedAt,
-- temporalAt, notAfter}. temporalAt is Temporal's time of its start; askedAt is the same moment,
-- and notAfter the end, by the server's clock. Null for a call that is asked for as it is made.

-- Why a command may not take effect any more, as a refusal; null if it may. p_settings: what it
-- changes, of p_of, an account or a star. The caller holds a lock under which no other command for
-- these settings takes effect. Two times by Temporal are compared with each other: between two
-- clocks a moment can't be told exactly. A time that is still to come was told by a clock that was
-- wrong, and keeps no setting from being said.
CREATE OR REPLACE FUNCTION holdfast.command_refused(
  p_of text, p_settings text[], p_times jsonb
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_asked_at    timestamptz := holdfast.instant(p_times->>'askedAt');
  v_temporal_at timestamptz := holdfast.instant(p_times->>'temporalAt');
  v_later       holdfast.setting_orders;
BEGIN
  SELECT * INTO v_later
  FROM holdfast.setting_orders
  WHERE account_id = p_of
    AND setting = ANY (p_settings)
    AND CASE
      WHEN temporal_at IS NULL
        THEN asked_at > v_asked_at AND asked_at <= holdfast.latest_asked_at()
      ELSE temporal_at > v_temporal_at
    END
  ORDER BY asked_at DESC LIMIT 1;
  IF FOUND THEN
    RETURN holdfast.refusal('SUPERSEDED', jsonb_build_object(
      'setting', v_later.setting,
      'askedAt', holdfast.iso(v_asked_at),
      'supersededAt', holdfast.iso(v_later.asked_at)));
  END IF;
  -- This very command has taken effect, and its answer was lost.
  IF EXISTS (
    SELECT FROM holdfast.setting_orders
    WHERE account_id = p_of AND setting = ANY (p_settings) AND temporal_at = v_temporal_at
  ) THEN
    RETURN NULL;
  END IF;
  RETURN holdfast.too_late('COMMAND_EXPIRED', holdfast.instant(p_times->>'notAfter'));
END $$;

-- A refusal with that code if p_not_after has passed; null if it has not, or is null.
CREATE OR REPLACE FUNCTION holdfast.too_late(p_code text, p_not_after timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_now timestamptz := clock_timestamp();
BEGIN
  IF (v_now > p_not_after) IS NOT TRUE THEN RETURN NULL; END IF;
  RETURN holdfast.refusal(p_code, jsonb_build_object(
    'notAfter', holdfast.iso(p_not_after),
    'now', holdfast.iso(v_now)));
END $$;

-- Keeps when the settings were said, for the commands that come after. A call that was asked for as
-- it is made comes after all that are there.
CREATE OR REPLACE FUNCTION holdfast.note_command(p_of text, p_settings text[], p_times jsonb)
RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO holdfast.setting_orders AS earlier (account_id, setting, asked_at, temporal_at)
  SELECT p_of,
    setting,
    coalesce(holdfast.instant(p_times->>'askedAt'), holdfast.server_clock()),
    holdfast.instant(p_times->>'temporalAt')
  FROM unnest(p_settings) AS said (setting)
  ON CONFLICT (account_id, setting) DO UPDATE
    SET asked_at = greatest(
        CASE WHEN earlier.asked_at <= holdfast.latest_asked_at() THEN earlier.asked_at END,
        excluded.asked_at),
      temporal_at = excluded.temporal_at
$$;

-- The latest time at which a command can have been asked for: a worker's reading of the server's
-- clock is not exact, but never a minute off.
CREATE OR REPLACE FUNCTION holdfast.latest_asked_at() RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$
  SELECT holdfast.server_clock() + interval '1 minute'
$$;
