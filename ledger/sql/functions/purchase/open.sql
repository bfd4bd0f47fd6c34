-- body: {packId, shownPriceCents, currency?, paymentMethod?}. The intent before the charge, at the
-- price that was shown. After p_not_after, by the server's clock, no new purchase is opened; null
-- for never.
CREATE OR REPLACE FUNCTION holdfast.open_purchase(
  p_account_id text, p_purchase_id text, p_body jsonb, p_not_after timestamptz
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun    record;
  v_account  holdfast.accounts;
  v_purchase holdfast.purchases;
  v_now      timestamptz;
  v_version  integer;
  v_pack     jsonb;
  v_refusal  jsonb;
BEGIN
  v_begun := holdfast.begin_purchase_operation(p_account_id, p_purchase_id);
  v_account := v_begun.account;
  -- A stop may be the account's before it has anything else.
  v_account.account_id := p_account_id;
  v_purchase := v_begun.purchase;
  v_now := v_begun.now;
  IF NOT v_purchase.erased AND v_purchase.body <> p_body THEN
    RETURN holdfast.refusal(
      'IDEMPOTENCY_CONFLICT', jsonb_build_object('purchaseId', p_purchase_id));
  END IF;
  IF v_purchase.purchase_id IS NOT NULL THEN
    RETURN holdfast.purchase_answer(v_purchase, v_now, p_replayed => true);
  END IF;

  v_refusal := holdfast.too_late('PURCHASE_TIMED_OUT', p_not_after);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  v_version := holdfast.effective_version(v_now);
  v_pack := holdfast.pack_on_sale(p_body->>'packId', v_now);
  v_refusal := holdfast.purchase_refused(v_account, p_body, v_pack, v_now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  INSERT INTO holdfast.purchases (account_id, purchase_id, body, pack_id, credits, price_cents,
    currency, catalog_version, status, opened_at, look_from)
  VALUES (p_account_id, p_purchase_id, p_body, p_body->>'packId',
    (v_pack->>'credits')::bigint, (v_pack->>'priceCents')::bigint,
    v_pack->>'currency', v_version, 'open', v_now, v_now + interval '2 minutes')
  RETURNING * INTO v_purchase;
  RETURN holdfast.purchase_answer(v_purchase, v_now);
END $$;

-- Without an end, as earlier workers call it.
CREATE OR REPLACE FUNCTION holdfast.open_purchase(
  p_account_id text, p_purchase_id text, p_body jsonb
) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.open_purchase(p_account_id, p_purchase_id, p_body, NULL)
$$;

-- Why the pack can't be bought now, as a refusal; null if it can. A changed price comes last: a
-- buyer who accepts the new one can then buy at it. Buyers see the reason of a stop, not who set
-- it.
CREATE OR REPLACE FUNCTION holdfast.purchase_refused(
  p_account holdfast.accounts, p_body jsonb, p_pack jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_account_id text  := p_account.account_id;
  v_pack_id    jsonb := jsonb_build_object('packId', p_body->'packId');
  v_stop       holdfast.stops;
  v_obstacle   text;
  v_refusal    jsonb;
BEGIN
  IF p_pack IS NULL THEN RETURN holdfast.refusal('UNKNOWN_PACK', v_pack_id); END IF;
  v_stop := holdfast.stop_of_account(v_account_id);
  IF v_stop.account_id IS NOT NULL THEN
    RETURN holdfast.refusal('ADMISSION_STOPPED', holdfast.stop_record(v_stop) - 'by');
  END IF;
  v_obstacle := holdfast.pack_obstacle(p_account, (p_pack->>'credits')::bigint, p_at);
  IF v_obstacle = 'SUBSCRIPTION_REQUIRED' THEN
    RETURN holdfast.refusal(v_obstacle, v_pack_id);
  END IF;
  IF v_obstacle = 'BALANCE_LIMIT_EXCEEDED' THEN RETURN holdfast.limit_exceeded(p_account); END IF;
  v_refusal := coalesce(
    holdfast.payment_method_refusal(v_account_id, p_body),
    holdfast.payment_attempts_refused(v_account_id, p_at),
    holdfast.purchases_per_day_refused(v_account_id, p_at));
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
  IF p_body->'shownPriceCents' IS DISTINCT FROM p_pack->'priceCents'
    OR p_body->'currency' <> p_pack->'currency'
  THEN
    RETURN holdfast.refusal(
      'PRICE_CHANGED',
      jsonb_strip_nulls(v_pack_id || jsonb_build_object(
        'shownPriceCents', p_body->'shownPriceCents',
        'shownCurrency', p_body->'currency',
        'priceCents', p_pack->'priceCents',
        'currency', p_pack->'currency')));
  END IF;
  RETURN NULL;
END $$;

-- The code of what keeps a pack of so many credits from being granted now; null if nothing does.
-- Due cycles count towards the limit, because a pack must never keep out their grants.
CREATE OR REPLACE FUNCTION holdfast.pack_obstacle(
  p_account holdfast.accounts, p_credits bigint, p_at timestamptz
) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_subscription_id text;
BEGIN
  SELECT subscription_id INTO v_subscription_id
  FROM holdfast.subscriptions
  WHERE account_id = p_account.account_id
    AND status = 'active'
    AND p_at < p_account.valid_until;
  IF NOT FOUND THEN RETURN 'SUBSCRIPTION_REQUIRED'; END IF;
  IF holdfast.over_limit(p_account, v_subscription_id, p_at, p_more => p_credits) THEN
    RETURN 'BALANCE_LIMIT_EXCEEDED';
  END IF;
  RETURN NULL;
END $$;
