CREATE OR REPLACE FUNCTION holdfast.threshold_record(t holdfast.low_balance_thresholds) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('credits', t.credits, 'percentOfCycle', t.percent))
$$;

-- The published record of what is set for an account, judged at p_at.
CREATE OR REPLACE FUNCTION holdfast.settings_record(p_account_id text, p_at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('accountId', p_account_id,
    'limits', jsonb_build_object('dailyCreditsMax', s.daily_credits_max, 'generationCreditsMax', s.generation_credits_max,
      'concurrentGenerationsMax', s.concurrent_generations_max),
    'lowBalance', (
      SELECT coalesce(jsonb_agg(holdfast.threshold_record(t) ORDER BY t.position), '[]')
      FROM holdfast.low_balance_thresholds AS t WHERE t.account_id = p_account_id),
    'topUp', CASE WHEN s.top_up_pack_id IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object('packId', s.top_up_pack_id,
        'belowCredits', s.top_up_below, 'monthlyCapCents', s.top_up_cap_cents, 'paymentMethod', s.top_up_payment_method))
      || jsonb_build_object('spentThisMonthCents', holdfast.topped_up_this_month(p_account_id, p_at),
        'failures', s.top_up_failures, 'retryAt', holdfast.iso(s.top_up_retry_at), 'stoppedWhy', coalesce(s.top_up_stopped_why,
          CASE WHEN holdfast.is_price_changed(s, holdfast.pack_on_sale(s.top_up_pack_id, p_at)) THEN 'price-changed' END)) END,
    'stops', (
      SELECT coalesce(jsonb_agg(holdfast.stop_record(x) ORDER BY x.account_id, x.kind), '[]')
      FROM holdfast.stops AS x WHERE x.account_id IN (p_account_id, '*')))
  FROM (VALUES (p_account_id)) AS asked (account_id) LEFT JOIN holdfast.account_settings AS s USING (account_id)
$$;

CREATE OR REPLACE FUNCTION holdfast.account_settings(p_account_id text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.settings_record(p_account_id, holdfast.clock())
$$;

-- Every setting begins so: the account's lock, then the key. Null: the key is new.
CREATE OR REPLACE FUNCTION holdfast.known_setting(p_account_id text, p_operation text, p_key text, p_body jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_key holdfast.idempotency_keys;
BEGIN
  PERFORM holdfast.lock_or_open_account(p_account_id);
  SELECT * INTO v_key FROM holdfast.idempotency_keys
    WHERE account_id = p_account_id AND operation = p_operation AND key = p_key;
  IF FOUND THEN RETURN holdfast.attended(p_account_id, holdfast.replay(v_key, p_body)); END IF;
  RETURN NULL;
END $$;

-- From now on the account has settings, and operations look after them.
CREATE OR REPLACE FUNCTION holdfast.open_settings(p_account_id text) RETURNS void LANGUAGE sql VOLATILE AS $$
  UPDATE holdfast.accounts SET watched = true WHERE account_id = p_account_id;
  INSERT INTO holdfast.account_settings (account_id) VALUES (p_account_id) ON CONFLICT DO NOTHING;
$$;

CREATE OR REPLACE FUNCTION holdfast.setting_answer(p_account_id text, p_operation text, p_key text, p_body jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE AS $$
  SELECT holdfast.attended(p_account_id, holdfast.remember(p_account_id, p_operation, p_key, p_body,
    holdfast.settings_record(p_account_id, holdfast.clock())))
$$;

-- body: any of {dailyCreditsMax, generationCreditsMax, concurrentGenerationsMax}; null takes one away.
CREATE OR REPLACE FUNCTION holdfast.set_limits(p_account_id text, p_key text, p_body jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_known jsonb := holdfast.known_setting(p_account_id, 'set_limits', p_key, p_body);
BEGIN
  IF v_known IS NOT NULL THEN RETURN v_known; END IF;
  PERFORM holdfast.open_settings(p_account_id);
  UPDATE holdfast.account_settings SET
    daily_credits_max = CASE WHEN p_body->'dailyCreditsMax' IS NOT NULL THEN (p_body->>'dailyCreditsMax')::bigint ELSE daily_credits_max END,
    generation_credits_max = CASE WHEN p_body->'generationCreditsMax' IS NOT NULL
      THEN (p_body->>'generationCreditsMax')::bigint ELSE generation_credits_max END,
    concurrent_generations_max = CASE WHEN p_body->'concurrentGenerationsMax' IS NOT NULL
      THEN (p_body->>'concurrentGenerationsMax')::bigint ELSE concurrent_generations_max END
  WHERE account_id = p_account_id;
  RETURN holdfast.setting_answer(p_account_id, 'set_limits', p_key, p_body);
END $$;

-- body: a list of {credits} or {percentOfCycle}, in place of the earlier one. One that was there before keeps what it has told.
CREATE OR REPLACE FUNCTION holdfast.set_low_balance(p_account_id text, p_key text, p_body jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_known jsonb := holdfast.known_setting(p_account_id, 'set_low_balance', p_key, p_body);
  v_told  jsonb;
BEGIN
  IF v_known IS NOT NULL THEN RETURN v_known; END IF;
  PERFORM holdfast.open_settings(p_account_id);
  SELECT coalesce(jsonb_agg(holdfast.threshold_record(t)) FILTER (WHERE t.below), '[]') INTO v_told
    FROM holdfast.low_balance_thresholds AS t WHERE t.account_id = p_account_id;
  DELETE FROM holdfast.low_balance_thresholds WHERE account_id = p_account_id;
  INSERT INTO holdfast.low_balance_thresholds
  SELECT p_account_id, position, (value->>'credits')::bigint, (value->>'percentOfCycle')::smallint, v_told @> jsonb_build_array(value)
  FROM jsonb_array_elements(p_body) WITH ORDINALITY AS t (value, position);
  RETURN holdfast.setting_answer(p_account_id, 'set_low_balance', p_key, p_body);
END $$;

-- body: {packId, belowCredits, monthlyCapCents, paymentMethod?}; a JSON null turns it off. Declines are forgotten: whoever
-- sets it has seen to what pays.
CREATE OR REPLACE FUNCTION holdfast.set_top_up(p_account_id text, p_key text, p_body jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_known jsonb := holdfast.known_setting(p_account_id, 'set_top_up', p_key, p_body);
  v_pack  jsonb;
BEGIN
  IF v_known IS NOT NULL THEN RETURN v_known; END IF;
  IF p_body <> 'null' THEN
    v_pack := holdfast.pack_on_sale(p_body->>'packId', holdfast.clock());
    IF v_pack IS NULL THEN RETURN holdfast.refusal('UNKNOWN_PACK', jsonb_build_object('packId', p_body->'packId')); END IF;
    IF (p_body->>'monthlyCapCents')::bigint < (v_pack->>'priceCents')::bigint THEN
      RETURN holdfast.refusal('TOP_UP_CAP_TOO_LOW', jsonb_build_object('packId', p_body->'packId',
        'monthlyCapCents', p_body->'monthlyCapCents', 'priceCents', v_pack->'priceCents', 'currency', v_pack->'currency'));
    END IF;
  END IF;
  PERFORM holdfast.open_settings(p_account_id);
  UPDATE holdfast.account_settings SET top_up_pack_id = p_body->>'packId', top_up_below = (p_body->>'belowCredits')::bigint,
    top_up_cap_cents = (p_body->>'monthlyCapCents')::bigint, top_up_payment_method = p_body->>'paymentMethod',
    top_up_price_cents = (v_pack->>'priceCents')::bigint, top_up_currency = v_pack->>'currency',
    top_up_failures = 0, top_up_retry_at = NULL, top_up_stopped_why = NULL
  WHERE account_id = p_account_id;
  -- A workflow that waits for its next attempt looks again, and need not wait any more.
  PERFORM holdfast.post_message(p_account_id, 'top-up', '', holdfast.clock());
  RETURN holdfast.setting_answer(p_account_id, 'set_top_up', p_key, p_body);
END $$;
