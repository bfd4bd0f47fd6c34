-- body: any of {dailyCreditsMax, generationCreditsMax, concurrentGenerationsMax}, in credits,
-- credits and generations; null takes a limit away, and one that is left out stays. Each of them is
-- a setting with an order of its own.
CREATE OR REPLACE FUNCTION holdfast.set_limits(
  p_account_id text, p_key text, p_body jsonb, p_times jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_limits CONSTANT text[] := ARRAY(SELECT jsonb_object_keys(p_body));
  v_known  jsonb := holdfast.begin_setting(
    p_account_id, 'set_limits', p_key, p_body, v_limits, p_times);
BEGIN
  IF v_known IS NOT NULL THEN RETURN v_known; END IF;
  PERFORM holdfast.open_settings(p_account_id);
  UPDATE holdfast.account_settings
  SET daily_credits_max = CASE
      WHEN p_body->'dailyCreditsMax' IS NOT NULL
        THEN (p_body->>'dailyCreditsMax')::bigint
      ELSE daily_credits_max
    END,
    generation_credits_max = CASE
      WHEN p_body->'generationCreditsMax' IS NOT NULL
        THEN (p_body->>'generationCreditsMax')::bigint
      ELSE generation_credits_max
    END,
    concurrent_generations_max = CASE
      WHEN p_body->'concurrentGenerationsMax' IS NOT NULL
        THEN (p_body->>'concurrentGenerationsMax')::bigint
      ELSE concurrent_generations_max
    END
  WHERE account_id = p_account_id;
  RETURN holdfast.finish_setting(p_account_id, 'set_limits', p_key, p_body, v_limits, p_times);
END $$;

-- As earlier workers and commands call it.
CREATE OR REPLACE FUNCTION holdfast.set_limits(p_account_id text, p_key text, p_body jsonb)
RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.set_limits(p_account_id, p_key, p_body, NULL)
$$;

-- body: a list of {credits} or {percentOfCycle}, in place of the earlier one. A threshold that was
-- there before is not told again.
CREATE OR REPLACE FUNCTION holdfast.set_low_balance(
  p_account_id text, p_key text, p_body jsonb, p_times jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_setting  CONSTANT text[] := '{low-balance}';
  v_known    jsonb := holdfast.begin_setting(
    p_account_id, 'set_low_balance', p_key, p_body, v_setting, p_times);
  v_notified jsonb;
BEGIN
  IF v_known IS NOT NULL THEN RETURN v_known; END IF;
  PERFORM holdfast.open_settings(p_account_id);
  SELECT coalesce(jsonb_agg(holdfast.threshold_record(t)) FILTER (WHERE t.below), '[]')
  INTO v_notified
  FROM holdfast.low_balance_thresholds AS t
  WHERE t.account_id = p_account_id;
  DELETE FROM holdfast.low_balance_thresholds WHERE account_id = p_account_id;
  INSERT INTO holdfast.low_balance_thresholds (account_id, position, credits, percent, below)
  SELECT p_account_id,
    position,
    (value->>'credits')::bigint,
    (value->>'percentOfCycle')::smallint,
    v_notified @> jsonb_build_array(value)
  FROM jsonb_array_elements(p_body) WITH ORDINALITY AS t (value, position);
  RETURN holdfast.finish_setting(
    p_account_id, 'set_low_balance', p_key, p_body, v_setting, p_times);
END $$;

-- As earlier workers and commands call it.
CREATE OR REPLACE FUNCTION holdfast.set_low_balance(p_account_id text, p_key text, p_body jsonb)
RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.set_low_balance(p_account_id, p_key, p_body, NULL)
$$;

-- An operator or a service sets what is the owner's to set: an act. p_setting: limits, low-balance
-- or top-up. p_act: {reason?, by?, service?, claimedIdentity?}.
CREATE OR REPLACE FUNCTION holdfast.set_for_owner(
  p_account_id text, p_setting text, p_key text, p_body jsonb, p_is_owned boolean, p_act jsonb,
  p_times jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_answer jsonb := CASE p_setting
    WHEN 'limits' THEN holdfast.set_limits(p_account_id, p_key, p_body, p_times)
    WHEN 'low-balance' THEN holdfast.set_low_balance(p_account_id, p_key, p_body, p_times)
    WHEN 'top-up' THEN holdfast.set_top_up(p_account_id, p_key, p_body, p_is_owned, p_times)
  END;
BEGIN
  IF v_answer->>'replayed' = 'false' THEN
    PERFORM holdfast.record_operator_act(
      p_account_id,
      CASE p_setting WHEN 'limits' THEN 'owner-limits' ELSE p_setting END,
      jsonb_build_object('set', holdfast.without_payment_method(p_body)),
      p_act->>'reason', p_act->>'by',
      p_claimed_identity => p_act->>'claimedIdentity', p_service => p_act->>'service');
  END IF;
  RETURN v_answer;
END $$;

-- A top-up's rule without what an erasure would have to take out of it.
CREATE OR REPLACE FUNCTION holdfast.without_payment_method(p_body jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(p_body) = 'object' THEN p_body - 'paymentMethod' ELSE p_body END
$$;
