-- body: any of {dailyCreditsMax, generationCreditsMax, concurrentGenerationsMax}, in credits,
-- credits and generations; null takes a limit away, and one that is left out stays.
CREATE OR REPLACE FUNCTION holdfast.set_limits(p_account_id text, p_key text, p_body jsonb)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_known jsonb := holdfast.begin_setting(p_account_id, 'set_limits', p_key, p_body);
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
  RETURN holdfast.finish_setting(p_account_id, 'set_limits', p_key, p_body);
END $$;

-- body: a list of {credits} or {percentOfCycle}, in place of the earlier one. A threshold that was
-- there before is not told again.
CREATE OR REPLACE FUNCTION holdfast.set_low_balance(p_account_id text, p_key text, p_body jsonb)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_known    jsonb := holdfast.begin_setting(p_account_id, 'set_low_balance', p_key, p_body);
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
  RETURN holdfast.finish_setting(p_account_id, 'set_low_balance', p_key, p_body);
END $$;

-- body: {packId, belowCredits, monthlyCapCents, paymentMethod?}; a JSON null turns it off. Declines
-- are forgotten: the owner has a payment method that works.
CREATE OR REPLACE FUNCTION holdfast.set_top_up(p_account_id text, p_key text, p_body jsonb)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_known jsonb := holdfast.begin_setting(p_account_id, 'set_top_up', p_key, p_body);
  v_pack  jsonb;
BEGIN
  IF v_known IS NOT NULL THEN RETURN v_known; END IF;
  IF p_body <> 'null' THEN
    v_pack := holdfast.pack_on_sale(p_body->>'packId', holdfast.clock());
    IF v_pack IS NULL THEN
      RETURN holdfast.refusal('UNKNOWN_PACK', jsonb_build_object('packId', p_body->'packId'));
    END IF;
    IF (p_body->>'monthlyCapCents')::bigint < (v_pack->>'priceCents')::bigint THEN
      RETURN holdfast.refusal('TOP_UP_CAP_TOO_LOW', jsonb_build_object(
        'packId', p_body->'packId',
        'monthlyCapCents', p_body->'monthlyCapCents',
        'priceCents', v_pack->'priceCents',
        'currency', v_pack->'currency'));
    END IF;
  END IF;
  PERFORM holdfast.open_settings(p_account_id);
  UPDATE holdfast.account_settings
  SET top_up_pack_id = p_body->>'packId',
    top_up_below = (p_body->>'belowCredits')::bigint,
    top_up_cap_cents = (p_body->>'monthlyCapCents')::bigint,
    top_up_payment_method = p_body->>'paymentMethod',
    top_up_price_cents = (v_pack->>'priceCents')::bigint,
    top_up_currency = v_pack->>'currency',
    top_up_failures = 0,
    top_up_retry_at = NULL,
    top_up_stopped_why = NULL
  WHERE account_id = p_account_id;
  -- A workflow that waits for its next attempt asks again at once.
  PERFORM holdfast.post_message(p_account_id, 'top-up', '', holdfast.clock());
  RETURN holdfast.finish_setting(p_account_id, 'set_top_up', p_key, p_body);
END $$;
