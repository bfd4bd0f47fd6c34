-- Whether an automatic purchase is wanted no more: its owner has turned the top-up off, or set another one, since its intent
-- was written; or nobody is to be charged unasked any more. What it asks is defined further down: so not in SQL.
CREATE OR REPLACE FUNCTION holdfast.is_withdrawn(p holdfast.purchases, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  a holdfast.accounts;
  s holdfast.account_settings;
BEGIN
  IF NOT p.automatic THEN RETURN false; END IF;
  SELECT * INTO a FROM holdfast.accounts WHERE account_id = p.account_id;
  SELECT * INTO s FROM holdfast.account_settings WHERE account_id = p.account_id;
  RETURN (s.top_up_pack_id, s.top_up_payment_method, coalesce(s.top_up_currency, p.currency))
      IS DISTINCT FROM (p.pack_id, p.body->>'paymentMethod', p.currency)
    OR holdfast.topped_up_this_month(p.account_id, p_at) > s.top_up_cap_cents
    OR coalesce(holdfast.unasked_obstacle(a, p_at), holdfast.pack_obstacle(a, p.credits, p_at)) IS NOT NULL;
END $$;

-- The published record of a purchase, judged at p_at. Its credits are valid until their term's end, as that stands now.
CREATE OR REPLACE FUNCTION holdfast.purchase_record(p holdfast.purchases, p_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'accountId', p.account_id, 'purchaseId', p.purchase_id, 'status', p.status, 'body', p.body,
    'packId', p.pack_id, 'credits', p.credits, 'priceCents', p.price_cents, 'currency', p.currency,
    'catalogVersion', p.catalog_version::text, 'openedAt', holdfast.iso(p.opened_at),
    -- Whoever wanted an older one has gone; a charge now would come as a surprise.
    'mayCharge', CASE WHEN p.status = 'open' AND p_at < p.opened_at + interval '15 minutes'
      THEN NOT holdfast.is_withdrawn(p, p_at) ELSE false END,
    'paymentId', p.payment_id, 'reason', p.reason, 'grantId', p.grant_id::text, 'resolvedAt', holdfast.iso(p.resolved_at),
    'validUntil', (
      SELECT holdfast.iso(t.valid_until) FROM holdfast.grants AS g JOIN holdfast.terms AS t USING (account_id, term)
      WHERE g.account_id = p.account_id AND g.grant_id = p.grant_id ORDER BY t.change DESC LIMIT 1))
    -- Only where there are any, as hardly ever.
    || coalesce((
      SELECT jsonb_build_object('strayPayments', jsonb_agg(jsonb_build_object('paymentId', x.payment_id, 'status', x.status)
        ORDER BY x.seen_at, x.payment_id))
      FROM holdfast.stray_payments AS x WHERE x.account_id = p.account_id AND x.purchase_id = p.purchase_id HAVING count(*) > 0), '{}')
$$;

CREATE OR REPLACE FUNCTION holdfast.purchase_answer(p holdfast.purchases, p_at timestamptz, p_replayed boolean) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('result', holdfast.purchase_record(p, p_at), 'replayed', p_replayed)
$$;

-- The code of what keeps a pack of so many credits from being granted now; null if nothing does. Due cycles count towards
-- the limit, because a pack must never keep out their grants.
CREATE OR REPLACE FUNCTION holdfast.pack_obstacle(p_account holdfast.accounts, p_credits bigint, p_at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_subscription_id text;
BEGIN
  SELECT subscription_id INTO v_subscription_id FROM holdfast.subscriptions
    WHERE account_id = p_account.account_id AND status = 'active' AND p_at < p_account.valid_until;
  IF NOT FOUND THEN RETURN 'SUBSCRIPTION_REQUIRED'; END IF;
  IF holdfast.over_limit(p_account, v_subscription_id, p_at, p_credits) THEN RETURN 'BALANCE_LIMIT_EXCEEDED'; END IF;
  RETURN NULL;
END $$;

-- body: {packId, shownPriceCents, currency?, paymentMethod?}. The intent before the charge, at the price that was shown.
-- A changed price is the last of the refusals: whoever is asked to accept the new one can then buy at it.
CREATE OR REPLACE FUNCTION holdfast.open_purchase(p_account_id text, p_purchase_id text, p_body jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_catalog holdfast.catalog_versions;
  v_pack    jsonb;
  v_obstacle text;
  p         holdfast.purchases;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  SELECT * INTO p FROM holdfast.purchases WHERE account_id = p_account_id AND purchase_id = p_purchase_id;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  IF p.body <> p_body THEN
    RETURN holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('purchaseId', p_purchase_id));
  END IF;
  IF p.purchase_id IS NOT NULL THEN RETURN holdfast.purchase_answer(p, v_now, true); END IF;

  SELECT * INTO v_catalog FROM holdfast.catalog_versions
    WHERE effective_from <= v_now ORDER BY effective_from DESC LIMIT 1;
  v_pack := v_catalog.document->'packs'->(p_body->>'packId');
  IF v_pack IS NULL THEN RETURN holdfast.refusal('UNKNOWN_PACK', jsonb_build_object('packId', p_body->'packId')); END IF;
  v_obstacle := holdfast.pack_obstacle(v_account, (v_pack->>'credits')::bigint, v_now);
  IF v_obstacle = 'SUBSCRIPTION_REQUIRED' THEN
    RETURN holdfast.refusal(v_obstacle, jsonb_build_object('packId', p_body->'packId'));
  END IF;
  IF v_obstacle = 'BALANCE_LIMIT_EXCEEDED' THEN RETURN holdfast.limit_exceeded(v_account); END IF;
  IF p_body->'shownPriceCents' IS DISTINCT FROM v_pack->'priceCents' OR p_body->'currency' <> v_pack->'currency' THEN
    RETURN holdfast.refusal('PRICE_CHANGED', jsonb_strip_nulls(jsonb_build_object('packId', p_body->'packId',
      'shownPriceCents', p_body->'shownPriceCents', 'shownCurrency', p_body->'currency',
      'priceCents', v_pack->'priceCents', 'currency', v_pack->'currency')));
  END IF;

  INSERT INTO holdfast.purchases (account_id, purchase_id, body, pack_id, credits, price_cents, currency, catalog_version,
    status, opened_at, look_from)
  VALUES (p_account_id, p_purchase_id, p_body, p_body->>'packId', (v_pack->>'credits')::bigint,
    (v_pack->>'priceCents')::bigint, v_pack->>'currency', v_catalog.version, 'open', v_now, v_now + interval '2 minutes')
  RETURNING * INTO p;
  RETURN holdfast.purchase_answer(p, v_now, false);
END $$;

-- The money is there. It buys credits while a subscription is live, whichever term it was opened in; else it goes back.
-- Money for what was declined or voided goes back as well: the buyer has been told that nothing was taken; and so does what
-- is paid with a payment that has bought before, and any further payment for what has been settled.
CREATE OR REPLACE FUNCTION holdfast.settle_purchase(p_account_id text, p_purchase_id text, p_payment_id text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_obstacle text;
  v_reason  text;
  p         holdfast.purchases;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.refusal('PURCHASE_NOT_FOUND', jsonb_build_object('purchaseId', p_purchase_id)); END IF;
  SELECT * INTO p FROM holdfast.purchases WHERE account_id = p_account_id AND purchase_id = p_purchase_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('PURCHASE_NOT_FOUND', jsonb_build_object('purchaseId', p_purchase_id)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  IF p.status IN ('granted', 'returning', 'returned') THEN
    RETURN holdfast.attended(p_account_id, holdfast.keep_stray_payment(p, p_payment_id, v_now));
  END IF;

  IF holdfast.is_payment_used(p, p_payment_id) THEN
    v_reason := 'payment-already-used';
  ELSIF p.status = 'open' THEN
    v_obstacle := holdfast.pack_obstacle(v_account, p.credits, v_now);
    IF v_obstacle IS NULL THEN
      p := holdfast.grant_pack(p, v_account.term, p_payment_id, v_now);
      RETURN holdfast.attended(p_account_id, holdfast.purchase_answer(p, v_now, false));
    END IF;
    v_reason := CASE v_obstacle WHEN 'SUBSCRIPTION_REQUIRED' THEN 'subscription-ended' ELSE v_obstacle END;
  ELSE
    v_reason := 'paid-after-' || p.status;
  END IF;
  UPDATE holdfast.purchases SET status = 'returning', payment_id = p_payment_id, reason = v_reason, resolved_at = NULL,
    look_from = v_now + interval '2 minutes'
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id RETURNING * INTO p;
  RETURN holdfast.purchase_answer(p, v_now, false);
END $$;

-- Whether another purchase was settled with that payment, or it goes back for one.
CREATE OR REPLACE FUNCTION holdfast.is_payment_used(p holdfast.purchases, p_payment_id text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM holdfast.purchases
      WHERE account_id = p.account_id AND payment_id = p_payment_id AND purchase_id <> p.purchase_id)
    OR EXISTS (SELECT FROM holdfast.stray_payments WHERE account_id = p.account_id AND payment_id = p_payment_id)
$$;

-- The answer to a payment for a purchase that has been settled: its own is told again, as is one that is accounted for
-- elsewhere; any other is kept, and to be given back. The caller holds the lock.
CREATE OR REPLACE FUNCTION holdfast.keep_stray_payment(p holdfast.purchases, p_payment_id text, p_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
  IF p.payment_id = p_payment_id OR holdfast.is_payment_used(p, p_payment_id) THEN
    RETURN holdfast.purchase_answer(p, p_at, true);
  END IF;
  INSERT INTO holdfast.stray_payments (account_id, payment_id, purchase_id, status, seen_at, look_from)
  VALUES (p.account_id, p_payment_id, p.purchase_id, 'returning', p_at, p_at + interval '2 minutes');
  RETURN holdfast.purchase_answer(p, p_at, false);
END $$;

-- A stray payment has gone back. One that the ledger has never heard of changes nothing.
CREATE OR REPLACE FUNCTION holdfast.return_stray_payment(p_account_id text, p_purchase_id text, p_payment_id text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_changed boolean;
  p         holdfast.purchases;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN holdfast.refusal('PURCHASE_NOT_FOUND', jsonb_build_object('purchaseId', p_purchase_id)); END IF;
  SELECT * INTO p FROM holdfast.purchases WHERE account_id = p_account_id AND purchase_id = p_purchase_id;
  IF NOT FOUND THEN RETURN holdfast.refusal('PURCHASE_NOT_FOUND', jsonb_build_object('purchaseId', p_purchase_id)); END IF;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  UPDATE holdfast.stray_payments SET status = 'returned', returned_at = v_now, look_from = NULL
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id AND payment_id = p_payment_id AND status = 'returning';
  v_changed := FOUND;
  RETURN holdfast.attended(p_account_id, holdfast.purchase_answer(p, v_now, NOT v_changed));
END $$;

-- The pack's grant, remembered under its key for ever: there can be no second one. The caller holds the lock.
CREATE OR REPLACE FUNCTION holdfast.grant_pack(p holdfast.purchases, p_term integer, p_payment_id text, p_at timestamptz)
RETURNS holdfast.purchases LANGUAGE plpgsql AS $$
DECLARE
  v_grant_id bigint;
BEGIN
  PERFORM holdfast.book_ended_grants(p.account_id, p_at);
  SELECT version + 1 INTO v_grant_id FROM holdfast.accounts WHERE account_id = p.account_id;
  INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining, cost_cents, currency, granted_at, term)
  VALUES (p.account_id, v_grant_id, 'pack', 30, p.credits, p.credits, p.price_cents, p.currency, p_at, p_term);
  PERFORM holdfast.post_entry(p.account_id, p_at, 'grant', ARRAY[v_grant_id], ARRAY[p.credits], ARRAY[0::bigint],
    NULL, v_grant_id, p.pack_id || ', purchase ' || p.purchase_id, NULL);
  PERFORM holdfast.remember(p.account_id, 'grant', 'purchase:' || p.purchase_id,
    jsonb_build_object('purchaseId', p.purchase_id),
    jsonb_build_object('packId', p.pack_id, 'credits', p.credits, 'grantId', v_grant_id::text));
  UPDATE holdfast.purchases SET status = 'granted', payment_id = p_payment_id, grant_id = v_grant_id, resolved_at = p_at,
    look_from = NULL
  WHERE account_id = p.account_id AND purchase_id = p.purchase_id RETURNING * INTO p;
  IF p.automatic THEN
    UPDATE holdfast.account_settings SET top_up_failures = 0, top_up_retry_at = NULL WHERE account_id = p.account_id;
  END IF;
  RETURN p;
END $$;

-- Ends without a grant: declined, voided or returned. Voiding what was never seen leaves a tombstone, so that an open that
-- arrives late does nothing. The reason that it had keeps saying why nothing was granted.
CREATE OR REPLACE FUNCTION holdfast.close_purchase(p_account_id text, p_purchase_id text, p_status text, p_reason text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account holdfast.accounts;
  v_now     timestamptz;
  v_was_open boolean;
  v_withdrawn boolean;
  p         holdfast.purchases;
BEGIN
  v_account := holdfast.lock_or_open_account(p_account_id);
  SELECT * INTO p FROM holdfast.purchases WHERE account_id = p_account_id AND purchase_id = p_purchase_id;
  v_now := holdfast.ledger_now(v_account.last_entry_at);
  IF p.purchase_id IS NULL THEN
    IF p_status <> 'voided' THEN
      RETURN holdfast.refusal('PURCHASE_NOT_FOUND', jsonb_build_object('purchaseId', p_purchase_id));
    END IF;
    INSERT INTO holdfast.purchases (account_id, purchase_id, status, opened_at, reason, resolved_at)
    VALUES (p_account_id, p_purchase_id, 'voided', v_now, p_reason, v_now) RETURNING * INTO p;
    RETURN holdfast.purchase_answer(p, v_now, false);
  END IF;
  IF p.status = p_status THEN RETURN holdfast.attended(p_account_id, holdfast.purchase_answer(p, v_now, true)); END IF;
  IF p.status <> 'open' AND NOT (p.status = 'returning' AND p_status = 'returned') THEN
    RETURN holdfast.refusal('PURCHASE_RESOLVED', jsonb_build_object('purchaseId', p_purchase_id, 'outcome', p.status,
      'reason', p.reason, 'paymentId', p.payment_id, 'grantId', p.grant_id::text));
  END IF;

  v_was_open := p.status = 'open';
  v_withdrawn := p_status = 'voided' AND v_was_open AND holdfast.is_withdrawn(p, v_now);
  UPDATE holdfast.purchases SET status = p_status, reason = coalesce(reason, p_reason), resolved_at = v_now, look_from = NULL
  WHERE account_id = p_account_id AND purchase_id = p_purchase_id RETURNING * INTO p;
  -- A payment that has bought before counts like a decline: the next attempt may be answered with the same one.
  IF p.automatic AND NOT v_was_open AND p.reason <> 'payment-already-used' THEN
    PERFORM holdfast.tell_top_up_failed(p, NULL, false, v_now);
  ELSIF p.automatic AND NOT v_withdrawn THEN
    PERFORM holdfast.top_up_declined(p, v_now);
  END IF;
  RETURN holdfast.attended(p_account_id, holdfast.purchase_answer(p, v_now, false));
END $$;

CREATE OR REPLACE FUNCTION holdfast.purchase(p_account_id text, p_purchase_id text) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.purchase_record(p, holdfast.ledger_now(a.last_entry_at))
  FROM holdfast.purchases AS p JOIN holdfast.accounts AS a USING (account_id)
  WHERE p.account_id = p_account_id AND p.purchase_id = p_purchase_id
$$;
