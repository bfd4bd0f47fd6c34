-- body: {packId, belowCredits, monthlyCapCents, paymentMethod?}; a JSON null turns it off.
-- p_is_owned: whether the payment method is the account's, by the provider's word; null if it was
-- not asked. Setting a stopped one lets it go on. Declines of the same payment method are
-- remembered, also while it is off: saving it again charges no card sooner.
CREATE OR REPLACE FUNCTION holdfast.set_top_up(
  p_account_id text, p_key text, p_body jsonb, p_is_owned boolean, p_times jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_setting  CONSTANT text[] := '{top-up}';
  v_known    jsonb := holdfast.begin_setting(
    p_account_id, 'set_top_up', p_key, p_body, v_setting, p_times);
  v_is_off   CONSTANT boolean := p_body = 'null';
  v_now      timestamptz := holdfast.clock();
  v_pack     jsonb := holdfast.pack_on_sale(p_body->>'packId', v_now);
  v_refusal  jsonb;
  v_declines record;
BEGIN
  IF v_known IS NOT NULL THEN RETURN v_known; END IF;
  IF NOT v_is_off THEN
    v_refusal := holdfast.top_up_refused(p_account_id, p_body, v_pack, p_is_owned);
    IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  END IF;
  PERFORM holdfast.open_settings(p_account_id);
  v_declines := holdfast.declines_in_a_row(p_account_id, p_body->>'paymentMethod', v_now);
  UPDATE holdfast.account_settings AS s
  SET top_up_pack_id = p_body->>'packId',
    top_up_below = (p_body->>'belowCredits')::bigint,
    top_up_cap_cents = (p_body->>'monthlyCapCents')::bigint,
    top_up_price_cents = (v_pack->>'priceCents')::bigint,
    top_up_currency = v_pack->>'currency',
    top_up_stopped_why = NULL
  WHERE s.account_id = p_account_id;
  UPDATE holdfast.account_settings AS s
  SET top_up_payment_method = p_body->>'paymentMethod',
    top_up_failures = v_declines.failures,
    top_up_retry_at = v_declines.retry_at
  WHERE s.account_id = p_account_id
    AND NOT v_is_off
    AND s.top_up_payment_method IS DISTINCT FROM p_body->>'paymentMethod';
  -- A workflow that waits for its next attempt asks again at once.
  PERFORM holdfast.post_message(p_account_id, 'top-up', '', v_now);
  RETURN holdfast.finish_setting(p_account_id, 'set_top_up', p_key, p_body, v_setting, p_times);
END $$;

-- As workers of v0.1.0 call it.
CREATE OR REPLACE FUNCTION holdfast.set_top_up(p_account_id text, p_key text, p_body jsonb)
RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.set_top_up(p_account_id, p_key, p_body, NULL, NULL)
$$;

-- Why the top-up can't be set so, as a refusal; null if it can. The threshold lies below the pack's
-- credits, so that one pack lifts any balance over it.
CREATE OR REPLACE FUNCTION holdfast.top_up_refused(
  p_account_id text, p_body jsonb, p_pack jsonb, p_is_owned boolean
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_pack_id jsonb := jsonb_build_object('packId', p_body->'packId');
BEGIN
  IF p_pack IS NULL THEN RETURN holdfast.refusal('UNKNOWN_PACK', v_pack_id); END IF;
  IF (p_body->>'monthlyCapCents')::bigint < (p_pack->>'priceCents')::bigint THEN
    RETURN holdfast.refusal('TOP_UP_CAP_TOO_LOW', v_pack_id || jsonb_build_object(
      'monthlyCapCents', p_body->'monthlyCapCents',
      'priceCents', p_pack->'priceCents',
      'currency', p_pack->'currency'));
  END IF;
  IF (p_body->>'belowCredits')::bigint >= (p_pack->>'credits')::bigint THEN
    RETURN holdfast.refusal('TOP_UP_THRESHOLD_TOO_HIGH', v_pack_id || jsonb_build_object(
      'belowCredits', p_body->'belowCredits',
      'credits', p_pack->'credits'));
  END IF;
  IF NOT p_is_owned THEN RETURN holdfast.refusal('PAYMENT_METHOD_NOT_OWNED'); END IF;
  RETURN holdfast.payment_method_refusal(p_account_id, p_body);
END $$;
