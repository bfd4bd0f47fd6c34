-- A pack that was paid for at the billing system: bought and granted in one step, once for each
-- payment. Nothing is charged here, so limits of buying don't apply.
CREATE OR REPLACE FUNCTION holdfast.apply_pack_payment(
  e holdfast.billing_events, p_pack_id text, p_at timestamptz
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_reference   text  := e.body->>'paymentReference';
  v_purchase_id text  := holdfast.paid_purchase_id(v_reference);
  v_pack        jsonb := holdfast.pack_on_sale(p_pack_id, p_at);
  v_account     holdfast.accounts;
  v_purchase    holdfast.purchases;
  v_refusal     jsonb;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = e.account_id;
  SELECT * INTO v_purchase
  FROM holdfast.purchases
  WHERE account_id = e.account_id
    AND (payment_id = v_reference OR purchase_id = v_purchase_id);
  IF FOUND THEN RETURN holdfast.bought_before(v_purchase, v_reference); END IF;
  v_refusal := coalesce(
    holdfast.reference_refused(e.account_id, v_reference),
    holdfast.pack_payment_refused(e.body, v_pack, p_pack_id),
    holdfast.obstacle_refusal(v_account, p_pack_id, v_pack, p_at));
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  INSERT INTO holdfast.purchases (account_id, purchase_id, body, pack_id, credits, price_cents,
    currency, catalog_version, status, opened_at, look_from)
  VALUES (e.account_id, v_purchase_id, jsonb_build_object(
      'packId', p_pack_id,
      'shownPriceCents', v_pack->'priceCents',
      'currency', v_pack->'currency'),
    p_pack_id, (v_pack->>'credits')::bigint, (v_pack->>'priceCents')::bigint,
    v_pack->>'currency', holdfast.effective_version(p_at), 'open', p_at, p_at)
  RETURNING * INTO v_purchase;
  v_purchase := holdfast.grant_pack(v_purchase, v_account.term, v_reference, p_at);
  RETURN holdfast.event_end('applied', NULL, jsonb_build_object(
    'purchaseId', v_purchase_id,
    'grantId', v_purchase.grant_id::text));
END $$;

-- A purchase of a payment that a billing system has told. Its workflow never was.
CREATE OR REPLACE FUNCTION holdfast.paid_purchase_id(p_reference text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT 'paid-' || CASE
    WHEN p_reference !~ '/' AND length(p_reference) <= 120 THEN p_reference
    ELSE encode(sha256(convert_to(p_reference, 'UTF8')), 'hex')
  END
$$;

-- Two events may tell of one payment. A purchase of that name which something else has paid is a
-- conflict.
CREATE OR REPLACE FUNCTION holdfast.bought_before(
  p_purchase holdfast.purchases, p_reference text
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_purchase.payment_id = p_reference AND p_purchase.status = 'granted'
      THEN holdfast.event_end('applied', 'paid-before', jsonb_build_object(
        'purchaseId', p_purchase.purchase_id,
        'grantId', p_purchase.grant_id::text))
    ELSE holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object(
      'purchaseId', p_purchase.purchase_id))
  END
$$;

-- Why the payment doesn't buy that pack, as a refusal; null if it does. What isn't told isn't
-- compared.
CREATE OR REPLACE FUNCTION holdfast.pack_payment_refused(
  p_body jsonb, p_pack jsonb, p_pack_id text
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_pack IS NULL
      THEN holdfast.refusal('UNKNOWN_PACK', jsonb_build_object('packId', p_pack_id))
    WHEN p_body->'currency' <> p_pack->'currency'
      OR p_body->'amountCents' <> p_pack->'priceCents'
      THEN holdfast.refusal('AMOUNT_MISMATCH', jsonb_strip_nulls(jsonb_build_object(
        'packId', p_pack_id,
        'amountCents', p_body->'amountCents',
        'paidCurrency', p_body->'currency',
        'priceCents', p_pack->'priceCents',
        'currency', p_pack->'currency')))
  END
$$;

-- What keeps a pack from being granted now, as a refusal; null if nothing does.
CREATE OR REPLACE FUNCTION holdfast.obstacle_refusal(
  p_account holdfast.accounts, p_pack_id text, p_pack jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE holdfast.pack_obstacle(p_account, (p_pack->>'credits')::bigint, p_at)
    WHEN 'SUBSCRIPTION_REQUIRED' THEN holdfast.refusal(
      'SUBSCRIPTION_REQUIRED', jsonb_build_object('packId', p_pack_id))
    WHEN 'BALANCE_LIMIT_EXCEEDED' THEN holdfast.limit_exceeded(p_account)
  END
$$;
