CREATE OR REPLACE FUNCTION holdfast.pack_on_sale(p_pack_id text, p_at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT document->'packs'->p_pack_id FROM holdfast.catalog_versions
  WHERE effective_from <= p_at ORDER BY effective_from DESC LIMIT 1
$$;

-- As it is sold, or was sold last.
CREATE OR REPLACE FUNCTION holdfast.pack_sold_last(p_pack_id text, p_at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT document->'packs'->p_pack_id FROM holdfast.catalog_versions
  WHERE effective_from <= p_at AND document->'packs'->p_pack_id IS NOT NULL ORDER BY effective_from DESC LIMIT 1
$$;

-- What automatic purchases have taken in the calendar month (UTC), and what the one that is undecided may yet take in it, in
-- the currency of the cap. One that was opened in an earlier month belongs to the month in which it is paid.
CREATE OR REPLACE FUNCTION holdfast.topped_up_this_month(p_account_id text, p_at timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(p.price_cents), 0)::bigint
  FROM holdfast.purchases AS p JOIN holdfast.account_settings AS s USING (account_id)
  WHERE p.account_id = p_account_id AND p.automatic AND p.currency = coalesce(s.top_up_currency, p.currency)
    AND (p.status = 'open' OR (p.status = 'granted'
      AND p.resolved_at >= date_trunc('month', p_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'))
$$;

-- Why nobody's card is to be charged unasked for the account now, whatever it has left; null if nothing speaks against it.
CREATE OR REPLACE FUNCTION holdfast.unasked_obstacle(a holdfast.accounts, p_at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN EXISTS (SELECT FROM holdfast.subscriptions
      WHERE account_id = a.account_id AND status = 'active' AND cancel_at_period_end) THEN 'subscription-cancelled'
    -- It could use no credits, and whoever has stopped it may be in dispute over a payment.
    WHEN EXISTS (SELECT FROM holdfast.stops WHERE account_id IN (a.account_id, '*') AND kind = '*') THEN 'admissions-stopped'
  END
$$;

-- Whether the pack's price is above the one at which the owner set the top-up, or in another currency than the cap's. Like any
-- buyer, the owner pays what was shown, or is asked again. A fallen price counts.
CREATE OR REPLACE FUNCTION holdfast.is_price_changed(s holdfast.account_settings, p_pack jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce((p_pack->>'priceCents')::bigint > s.top_up_price_cents OR p_pack->>'currency' <> s.top_up_currency, false)
$$;

-- Credits of cycles that are paid and have begun, and that nobody has granted yet.
CREATE OR REPLACE FUNCTION holdfast.due_credits(a holdfast.accounts, p_at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(holdfast.plan_credits(c.plan_id, c.length, c.starts_at)), 0)::bigint
  FROM holdfast.subscriptions AS s JOIN holdfast.cycles AS c USING (account_id, subscription_id)
  WHERE s.account_id = a.account_id AND s.status = 'active' AND p_at < a.valid_until
    AND c.grant_id IS NULL AND c.starts_at <= p_at
$$;

-- Why nothing is to be bought automatically now; null if something is.
CREATE OR REPLACE FUNCTION holdfast.top_up_obstacle(
  a holdfast.accounts, s holdfast.account_settings, p_available bigint, p_at timestamptz
) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_pack     jsonb := holdfast.pack_on_sale(s.top_up_pack_id, p_at);
  v_left     bigint := p_available - a.waited_for;
  v_obstacle text;
BEGIN
  IF s.top_up_pack_id IS NULL THEN RETURN 'off'; END IF;
  IF v_left >= s.top_up_below OR v_left + holdfast.due_credits(a, p_at) >= s.top_up_below THEN RETURN 'enough'; END IF;
  IF EXISTS (SELECT FROM holdfast.purchases WHERE account_id = a.account_id AND automatic AND resolved_at IS NULL) THEN
    RETURN 'pending';
  END IF;
  IF s.top_up_stopped_why IS NOT NULL THEN RETURN 'stopped'; END IF;
  v_obstacle := holdfast.unasked_obstacle(a, p_at);
  IF v_obstacle IS NOT NULL THEN RETURN v_obstacle; END IF;
  IF v_pack IS NULL THEN RETURN 'pack-not-sold'; END IF;
  IF holdfast.is_price_changed(s, v_pack) THEN RETURN 'price-changed'; END IF;
  v_obstacle := holdfast.pack_obstacle(a, (v_pack->>'credits')::bigint, p_at);
  IF v_obstacle IS NOT NULL THEN
    RETURN CASE v_obstacle WHEN 'SUBSCRIPTION_REQUIRED' THEN 'no-subscription' ELSE 'balance-limit' END;
  END IF;
  IF holdfast.topped_up_this_month(a.account_id, p_at) + (v_pack->>'priceCents')::bigint > s.top_up_cap_cents THEN
    RETURN 'monthly-cap';
  END IF;
  RETURN CASE WHEN s.top_up_retry_at > p_at THEN 'backing-off' END;
END $$;

-- Calls for a top-up where one is due; what of its own settings keeps it from being bought is told once: a cap or a pack that
-- is not sold any more once a month, a price once.
CREATE OR REPLACE FUNCTION holdfast.call_for_top_up(a holdfast.accounts, p_available bigint, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  s          holdfast.account_settings;
  v_obstacle text;
  v_pack     jsonb;
BEGIN
  SELECT * INTO s FROM holdfast.account_settings WHERE account_id = a.account_id AND top_up_pack_id IS NOT NULL;
  IF NOT FOUND THEN RETURN; END IF;
  v_obstacle := holdfast.top_up_obstacle(a, s, p_available, p_at);
  IF v_obstacle IS NULL THEN PERFORM holdfast.post_message(a.account_id, 'top-up', '', p_at); END IF;
  -- The cap has room again when the month turns. An account that has run dry may do nothing by itself, so somebody looks then.
  IF v_obstacle = 'monthly-cap' THEN
    PERFORM holdfast.look_by(a.account_id,
      (date_trunc('month', p_at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
  END IF;
  IF v_obstacle IN ('monthly-cap', 'pack-not-sold', 'price-changed') THEN
    v_pack := holdfast.pack_sold_last(s.top_up_pack_id, p_at);
    PERFORM holdfast.write_notice(a.account_id, 'top-up-failed', jsonb_build_object('packId', s.top_up_pack_id,
      'priceCents', v_pack->'priceCents', 'currency', v_pack->'currency', 'reason', v_obstacle, 'retryAt', NULL,
      'stopped', v_obstacle = 'price-changed'),
      concat_ws(':', v_obstacle, CASE v_obstacle
        WHEN 'monthly-cap' THEN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM') || ':' || s.top_up_cap_cents
        WHEN 'pack-not-sold' THEN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM') || ':' || s.top_up_pack_id
        ELSE concat_ws(':', s.top_up_pack_id, s.top_up_price_cents, v_pack->>'priceCents', v_pack->>'currency') END), p_at);
  END IF;
END $$;

-- Opens the purchase of an automatic top-up if one is due. While it is open, repeating this gives the same one.
CREATE OR REPLACE FUNCTION holdfast.begin_top_up(p_account_id text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a          holdfast.accounts;
  s          holdfast.account_settings;
  p          holdfast.purchases;
  v_now      timestamptz;
  v_obstacle text;
BEGIN
  SELECT * INTO a FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO s FROM holdfast.account_settings WHERE account_id = p_account_id;
  SELECT * INTO p FROM holdfast.purchases WHERE account_id = p_account_id AND automatic AND status = 'open';
  IF FOUND THEN RETURN holdfast.top_up_step(p); END IF;
  v_now := holdfast.ledger_now(a.last_entry_at);
  v_obstacle := holdfast.top_up_obstacle(a, s, holdfast.available_at(a, v_now), v_now);
  IF v_obstacle = 'backing-off' THEN
    RETURN jsonb_build_object('result', jsonb_build_object('step', 'later', 'at', holdfast.iso(v_now),
      'retryAt', holdfast.iso(s.top_up_retry_at)));
  END IF;
  IF v_obstacle IS NOT NULL THEN
    RETURN jsonb_build_object('result', jsonb_build_object('step', 'none', 'reason', v_obstacle));
  END IF;
  RETURN holdfast.top_up_step(holdfast.open_top_up(s, v_now));
END $$;

CREATE OR REPLACE FUNCTION holdfast.top_up_step(p holdfast.purchases) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('result', jsonb_build_object('step', 'buy',
    'purchase', p.body || jsonb_build_object('accountId', p.account_id, 'purchaseId', p.purchase_id)))
$$;

-- The intent of an automatic purchase, at the price of this moment. Its id is the next one that nobody has used.
CREATE OR REPLACE FUNCTION holdfast.open_top_up(s holdfast.account_settings, p_at timestamptz) RETURNS holdfast.purchases
LANGUAGE plpgsql AS $$
DECLARE
  v_pack   jsonb := holdfast.pack_on_sale(s.top_up_pack_id, p_at);
  v_number integer := s.last_top_up;
  p        holdfast.purchases;
BEGIN
  LOOP
    v_number := v_number + 1;
    EXIT WHEN NOT EXISTS (SELECT FROM holdfast.purchases WHERE account_id = s.account_id AND purchase_id = 'top-up-' || v_number);
  END LOOP;
  UPDATE holdfast.account_settings SET last_top_up = v_number WHERE account_id = s.account_id;
  INSERT INTO holdfast.purchases (account_id, purchase_id, body, pack_id, credits, price_cents, currency, catalog_version,
    status, opened_at, look_from, automatic)
  VALUES (s.account_id, 'top-up-' || v_number, jsonb_strip_nulls(jsonb_build_object('packId', s.top_up_pack_id,
      'shownPriceCents', v_pack->'priceCents', 'currency', v_pack->'currency', 'paymentMethod', s.top_up_payment_method)),
    s.top_up_pack_id, (v_pack->>'credits')::bigint, (v_pack->>'priceCents')::bigint, v_pack->>'currency',
    holdfast.effective_version(p_at), 'open', p_at, p_at + interval '2 minutes', true)
  RETURNING * INTO p;
  RETURN p;
END $$;

-- An automatic purchase has bought nothing, declined or given back by the provider: the next one is tried after an hour, then
-- after six, and after the third in a row none until somebody sets the top-up again. A card that fails must not be charged in
-- a loop.
CREATE OR REPLACE FUNCTION holdfast.top_up_declined(p holdfast.purchases, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  s holdfast.account_settings;
BEGIN
  UPDATE holdfast.account_settings SET top_up_failures = top_up_failures + 1,
    top_up_retry_at = CASE top_up_failures WHEN 0 THEN p_at + interval '1 hour' WHEN 1 THEN p_at + interval '6 hours' END,
    top_up_stopped_why = CASE WHEN top_up_failures >= 2 THEN p.reason END
  WHERE account_id = p.account_id RETURNING * INTO s;
  PERFORM holdfast.tell_top_up_failed(p, CASE WHEN s.top_up_pack_id IS NOT NULL THEN s.top_up_retry_at END,
    s.top_up_stopped_why IS NOT NULL, p_at);
  IF s.top_up_retry_at IS NOT NULL THEN PERFORM holdfast.post_message(p.account_id, 'top-up', '', p_at); END IF;
END $$;

-- An automatic purchase has ended without its credits: its owner learns why, and whether there will be another attempt.
CREATE OR REPLACE FUNCTION holdfast.tell_top_up_failed(
  p holdfast.purchases, p_retry_at timestamptz, p_stopped boolean, p_at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM holdfast.write_notice(p.account_id, 'top-up-failed', jsonb_build_object('packId', p.pack_id,
    'purchaseId', p.purchase_id, 'priceCents', p.price_cents, 'currency', p.currency, 'reason', p.reason,
    'retryAt', holdfast.iso(p_retry_at), 'stopped', p_stopped), 'declined:' || p.purchase_id, p_at);
END $$;
