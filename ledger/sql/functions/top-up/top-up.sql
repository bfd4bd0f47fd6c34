-- Opens the purchase of an automatic top-up if one is due. While it is open, repeating this gives
-- the same one.
CREATE OR REPLACE FUNCTION holdfast.begin_top_up(p_account_id text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account  holdfast.accounts;
  v_settings holdfast.account_settings;
  v_purchase holdfast.purchases;
  v_now      timestamptz;
  v_obstacle record;
BEGIN
  v_account := holdfast.lock_account(p_account_id);
  SELECT * INTO v_settings
  FROM holdfast.account_settings WHERE account_id = p_account_id;
  SELECT * INTO v_purchase
  FROM holdfast.purchases WHERE account_id = p_account_id AND automatic AND status = 'open';
  IF FOUND THEN RETURN holdfast.top_up_step(v_purchase); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  v_obstacle := holdfast.top_up_obstacle(
    v_account, v_settings, holdfast.available_at(v_account, v_now), v_now);
  IF v_obstacle.reason = 'backing-off' THEN
    RETURN jsonb_build_object('result', jsonb_build_object(
      'step', 'later',
      'at', holdfast.iso(v_now),
      'retryAt', holdfast.iso(v_obstacle.until)));
  END IF;
  IF v_obstacle.reason IS NOT NULL THEN
    RETURN jsonb_build_object('result', jsonb_build_object(
      'step', 'none',
      'reason', v_obstacle.reason));
  END IF;
  RETURN holdfast.top_up_step(holdfast.open_top_up(v_settings, v_now));
END $$;

CREATE OR REPLACE FUNCTION holdfast.top_up_step(p_purchase holdfast.purchases) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('result', jsonb_build_object(
    'step', 'buy',
    'purchase', p_purchase.body || jsonb_build_object(
      'accountId', p_purchase.account_id,
      'purchaseId', p_purchase.purchase_id)))
$$;

-- The intent of an automatic purchase, at the price of this moment. Its id is the next one that no
-- purchase has.
CREATE OR REPLACE FUNCTION holdfast.open_top_up(
  p_settings holdfast.account_settings, p_at timestamptz
) RETURNS holdfast.purchases
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id text := p_settings.account_id;
  v_pack       jsonb := holdfast.pack_on_sale(p_settings.top_up_pack_id, p_at);
  v_number     integer := p_settings.last_top_up;
  v_body       jsonb := jsonb_strip_nulls(jsonb_build_object(
    'packId', p_settings.top_up_pack_id,
    'shownPriceCents', v_pack->'priceCents',
    'currency', v_pack->'currency',
    'paymentMethod', p_settings.top_up_payment_method));
  v_purchase   holdfast.purchases;
BEGIN
  LOOP
    v_number := v_number + 1;
    EXIT WHEN NOT EXISTS (
      SELECT FROM holdfast.purchases
      WHERE account_id = v_account_id AND purchase_id = 'top-up-' || v_number
    );
  END LOOP;
  -- A refused generation calls for one top-up.
  UPDATE holdfast.account_settings
  SET last_top_up = v_number, top_up_wanted = NULL, top_up_wanted_at = NULL
  WHERE account_id = v_account_id;
  INSERT INTO holdfast.purchases (account_id, purchase_id, body, pack_id, credits, price_cents,
    currency, catalog_version, status, opened_at, look_from, automatic)
  VALUES (v_account_id, 'top-up-' || v_number, v_body, p_settings.top_up_pack_id,
    (v_pack->>'credits')::bigint, (v_pack->>'priceCents')::bigint,
    v_pack->>'currency', holdfast.effective_version(p_at), 'open', p_at,
    p_at + interval '2 minutes', true)
  RETURNING * INTO v_purchase;
  RETURN v_purchase;
END $$;

-- A generation was refused for lack of credits. Who waits calls for a top-up by what the queue
-- waits for. While a top-up is on its way it is not asked for another.
CREATE OR REPLACE FUNCTION holdfast.want_credits(
  p_account_id text, p_credits bigint, p_at timestamptz
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  UPDATE holdfast.account_settings
  SET top_up_wanted = p_credits, top_up_wanted_at = p_at
  WHERE account_id = p_account_id
    AND top_up_pack_id IS NOT NULL
    AND NOT EXISTS (
      SELECT FROM holdfast.purchases
      WHERE account_id = p_account_id AND automatic AND resolved_at IS NULL
    )
$$;

-- Requests a top-up if one is due. An obstacle that the owner should know is told once; the pause
-- after a top-up is short, and a decline has been told.
CREATE OR REPLACE FUNCTION holdfast.request_top_up(
  p_account holdfast.accounts, p_available bigint, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_account_id text := p_account.account_id;
  v_settings   holdfast.account_settings;
  v_obstacle   record;
BEGIN
  SELECT * INTO v_settings
  FROM holdfast.account_settings
  WHERE account_id = v_account_id AND top_up_pack_id IS NOT NULL;
  IF NOT FOUND THEN RETURN; END IF;
  v_obstacle := holdfast.top_up_obstacle(p_account, v_settings, p_available, p_at);
  IF v_obstacle.reason IS NULL THEN
    PERFORM holdfast.post_message(v_account_id, 'top-up', '', p_at);
  END IF;
  -- A limit has room again when its month, day or pause is over. An account that has run dry may
  -- have no operations of its own, so reconciliation checks it then. After a decline its workflow
  -- waits.
  IF v_obstacle.until IS NOT NULL AND v_obstacle.reason <> 'backing-off' THEN
    PERFORM holdfast.check_account_by(v_account_id, v_obstacle.until);
  END IF;
  IF v_obstacle.reason IN (
    'monthly-cap', 'top-ups-per-day', 'purchases-per-day', 'payment-attempts',
    'payment-method-refused', 'pack-not-sold', 'price-changed')
  THEN
    PERFORM holdfast.notify_top_up_not_requested(
      v_settings, v_obstacle.reason, v_obstacle.until, p_at);
  END IF;
END $$;
