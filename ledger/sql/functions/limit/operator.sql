-- The operator's limits that hold for the account: its own, or else those of all accounts. All
-- fields are null if there are none.
CREATE OR REPLACE FUNCTION holdfast.operator_limits_of(p_account_id text)
RETURNS holdfast.operator_limits
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_limits holdfast.operator_limits;
BEGIN
  SELECT * INTO v_limits
  FROM holdfast.operator_limits
  WHERE account_id IN (p_account_id, '*')
  ORDER BY account_id = '*' LIMIT 1;
  RETURN v_limits;
END $$;

-- How many automatic purchases an account makes in a day (UTC).
CREATE OR REPLACE FUNCTION holdfast.top_ups_per_day_max(p_limits holdfast.operator_limits)
RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(p_limits.top_ups_per_day_max, 3)
$$;

-- How long no top-up is bought after one that was bought.
CREATE OR REPLACE FUNCTION holdfast.top_up_pause(p_limits holdfast.operator_limits)
RETURNS interval
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(p_limits.top_up_pause_seconds, 600) * interval '1 second'
$$;

-- How many declined or undecided payments an account may have in 30 days. Card networks allow as
-- many attempts with a card that was declined.
CREATE OR REPLACE FUNCTION holdfast.declines_max(p_limits holdfast.operator_limits)
RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(coalesce(p_limits.declines_max, 15), 1)
$$;

-- The published members of the limits that are set.
CREATE OR REPLACE FUNCTION holdfast.operator_limits_set(p_limits holdfast.operator_limits)
RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object(
    'dailyCreditsMax', p_limits.daily_credits_max,
    'generationCreditsMax', p_limits.generation_credits_max,
    'concurrentGenerationsMax', p_limits.concurrent_generations_max,
    'topUpMonthlyCapCents', p_limits.top_up_monthly_cap_cents,
    'topUpsPerDayMax', p_limits.top_ups_per_day_max,
    'topUpPauseSeconds', p_limits.top_up_pause_seconds,
    'declinesMax', p_limits.declines_max,
    'purchasesPerDayMax', p_limits.purchases_per_day_max))
$$;

CREATE OR REPLACE FUNCTION holdfast.operator_limits_record(p_limits holdfast.operator_limits)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_limits.account_id IS NOT NULL THEN jsonb_build_object(
      'accountId', nullif(p_limits.account_id, '*'),
      'limits', holdfast.operator_limits_set(p_limits),
      'reason', p_limits.reason,
      'by', p_limits.by_name,
      'since', holdfast.iso(p_limits.since))
  END
$$;

-- The operator's limits that hold for the account, or, without an account, those of all accounts;
-- null if there are none.
CREATE OR REPLACE FUNCTION holdfast.operator_limits(p_account_id text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.operator_limits_record(
    holdfast.operator_limits_of(coalesce(p_account_id, '*')))
$$;

-- body: any of the limits; null takes one away, and one that is left out stays. A JSON null takes
-- the whole row away, so that the limits of all accounts hold. Without an account: for all accounts
-- without limits of their own; their queues go on when reconciliation looks at them.
CREATE OR REPLACE FUNCTION holdfast.set_operator_limits(
  p_account_id text, p_body jsonb, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_of     text := coalesce(p_account_id, '*');
  v_before holdfast.operator_limits;
  v_limits holdfast.operator_limits;
  v_is_new boolean;
BEGIN
  IF p_account_id IS NULL THEN
    PERFORM holdfast.change_rules_of_all();
  ELSE
    PERFORM holdfast.lock_or_open_account(p_account_id);
    -- From now on its operations look for limits.
    UPDATE holdfast.accounts SET watched = true WHERE account_id = p_account_id AND NOT watched;
  END IF;
  DELETE FROM holdfast.operator_limits WHERE account_id = v_of RETURNING * INTO v_before;
  IF p_body <> 'null' THEN
    v_limits := holdfast.operator_limits_from(
      v_of, holdfast.operator_limits_set(v_before) || p_body, p_reason, p_by);
  END IF;
  v_is_new := holdfast.operator_limits_record(v_before) - 'since'
    IS DISTINCT FROM holdfast.operator_limits_record(v_limits) - 'since';
  -- Set again, the same limits keep their beginning.
  IF NOT v_is_new THEN v_limits.since := v_before.since; END IF;
  IF p_body <> 'null' THEN
    INSERT INTO holdfast.operator_limits (account_id, daily_credits_max,
      generation_credits_max, concurrent_generations_max, top_up_monthly_cap_cents,
      top_ups_per_day_max, top_up_pause_seconds, declines_max, purchases_per_day_max,
      reason, by_name, since)
    SELECT v_limits.*;
  END IF;
  IF v_is_new THEN
    PERFORM holdfast.record_operator_act(
      v_of, 'limits', holdfast.operator_limits_set(v_limits), p_reason, p_by);
  END IF;
  RETURN holdfast.finish_operation(p_account_id, jsonb_build_object(
    'result', holdfast.operator_limits_record(v_limits),
    'replayed', NOT v_is_new));
END $$;

-- The row that these limits make.
CREATE OR REPLACE FUNCTION holdfast.operator_limits_from(
  p_account_id text, p_limits jsonb, p_reason text, p_by text
) RETURNS holdfast.operator_limits
LANGUAGE plpgsql AS $$
DECLARE
  v_limits holdfast.operator_limits;
BEGIN
  v_limits.account_id := p_account_id;
  v_limits.daily_credits_max := (p_limits->>'dailyCreditsMax')::bigint;
  v_limits.generation_credits_max := (p_limits->>'generationCreditsMax')::bigint;
  v_limits.concurrent_generations_max := (p_limits->>'concurrentGenerationsMax')::bigint;
  v_limits.top_up_monthly_cap_cents := (p_limits->>'topUpMonthlyCapCents')::bigint;
  v_limits.top_ups_per_day_max := (p_limits->>'topUpsPerDayMax')::bigint;
  v_limits.top_up_pause_seconds := (p_limits->>'topUpPauseSeconds')::bigint;
  v_limits.declines_max := (p_limits->>'declinesMax')::bigint;
  v_limits.purchases_per_day_max := (p_limits->>'purchasesPerDayMax')::bigint;
  v_limits.reason := p_reason;
  v_limits.by_name := p_by;
  v_limits.since := holdfast.clock();
  RETURN v_limits;
END $$;
