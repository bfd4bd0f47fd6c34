-- Books what the payment provider has given back of a pack's price: the money is gone, so no rule
-- of the catalog refuses it; its rule says what becomes of used credits. body: {amountCents,
-- currency?, paymentId?, reason?, by?}; the last two where an operator says it. The refund's id,
-- which is the provider's name for it, is its key; who says it, and why, is no part of it.
CREATE OR REPLACE FUNCTION holdfast.book_refund(
  p_account_id text, p_purchase_id text, p_refund_id text, p_body jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun    record;
  v_purchase holdfast.purchases;
  v_amount   bigint := (p_body->>'amountCents')::bigint;
  v_refund   holdfast.refunds;
  v_refusal  jsonb;
BEGIN
  v_begun := holdfast.begin_purchase_operation(p_account_id, p_purchase_id);
  v_purchase := v_begun.purchase;
  SELECT * INTO v_refund
  FROM holdfast.refunds WHERE account_id = p_account_id AND refund_id = p_refund_id;
  IF FOUND THEN
    IF (v_refund.purchase_id, v_refund.amount_cents) <> (p_purchase_id, v_amount) THEN
      RETURN holdfast.refusal(
        'IDEMPOTENCY_CONFLICT', jsonb_build_object('refundId', p_refund_id));
    END IF;
    RETURN holdfast.finish_operation(
      p_account_id, holdfast.refund_answer(v_refund, p_replayed => true));
  END IF;
  IF v_purchase.purchase_id IS NULL THEN
    RETURN holdfast.purchase_not_found(p_purchase_id);
  END IF;
  v_refusal := holdfast.refund_refused(v_purchase, p_body);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  PERFORM holdfast.book_ended_grants(p_account_id, v_begun.now);
  v_refund := holdfast.write_refund(v_purchase, p_refund_id, v_amount, v_begun.now);
  PERFORM holdfast.freeze_disputed(p_account_id, v_begun.now);
  PERFORM holdfast.take_refunded(
    p_account_id, v_begun.now, p_reason => p_body->>'reason', p_by => p_body->>'by');
  PERFORM holdfast.owe_used(p_account_id, v_begun.now, ARRAY[v_purchase.grant_id]);
  IF p_body->>'by' IS NOT NULL THEN
    PERFORM holdfast.record_operator_act(
      p_account_id, 'refund', holdfast.refund_detail(v_refund), p_body->>'reason',
      p_body->>'by', v_begun.now);
  END IF;
  SELECT * INTO v_refund
  FROM holdfast.refunds WHERE account_id = p_account_id AND refund_id = p_refund_id;
  RETURN holdfast.finish_operation(
    p_account_id, holdfast.refund_answer(v_refund, p_replayed => false));
END $$;

-- Why it can't be booked, as a refusal; null if it can.
CREATE OR REPLACE FUNCTION holdfast.refund_refused(p holdfast.purchases, p_body jsonb)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p.status <> 'granted' THEN holdfast.purchase_not_granted(p)
    WHEN p_body->>'paymentId' <> p.payment_id OR p_body->>'currency' <> p.currency
      THEN holdfast.refusal('REFUND_MISMATCH', jsonb_build_object(
        'purchaseId', p.purchase_id,
        'paymentId', p.payment_id,
        'currency', p.currency))
    WHEN (p_body->>'amountCents')::bigint > p.price_cents - holdfast.refunded_cents(p)
      THEN holdfast.refusal('REFUND_EXCEEDS_PAYMENT', jsonb_build_object(
        'purchaseId', p.purchase_id,
        'amountCents', p_body->'amountCents',
        'refundedCents', holdfast.refunded_cents(p),
        'priceCents', p.price_cents,
        'currency', p.currency))
  END
$$;

-- What has been given back of the purchase's price.
CREATE OR REPLACE FUNCTION holdfast.refunded_cents(p holdfast.purchases) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(amount_cents), 0)::bigint
  FROM holdfast.refunds
  WHERE account_id = p.account_id AND purchase_id = p.purchase_id
$$;

-- The credits that so much of the price has paid for, rounded up: the whole price has paid for all
-- of them, so parts add up.
CREATE OR REPLACE FUNCTION holdfast.credits_paid_by(
  p_credits bigint, p_price_cents bigint, p_cents numeric
) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT div(p_credits * p_cents + p_price_cents - 1, p_price_cents)::bigint
$$;

-- The caller holds the account's lock. From now on the account's reserves and commits go step by
-- step: credits that come back may have to be taken.
CREATE OR REPLACE FUNCTION holdfast.write_refund(
  p holdfast.purchases, p_refund_id text, p_amount_cents bigint, p_at timestamptz
) RETURNS holdfast.refunds
LANGUAGE plpgsql AS $$
DECLARE
  v_before bigint := holdfast.refunded_cents(p);
  v_refund holdfast.refunds;
BEGIN
  INSERT INTO holdfast.refunds (
    account_id, refund_id, purchase_id, part, amount_cents, credits, at)
  SELECT p.account_id, p_refund_id, p.purchase_id, count(*) + 1, p_amount_cents,
    holdfast.credits_paid_by(p.credits, p.price_cents, v_before + p_amount_cents)
      - holdfast.credits_paid_by(p.credits, p.price_cents, v_before),
    p_at
  FROM holdfast.refunds
  WHERE account_id = p.account_id AND purchase_id = p.purchase_id
  RETURNING * INTO v_refund;
  UPDATE holdfast.accounts SET watched = true WHERE account_id = p.account_id AND NOT watched;
  RETURN v_refund;
END $$;

-- Takes what refunded packs have left, up to the credits that their refunds cover, an entry for
-- each refund. What is reserved stays so; what comes back of it is taken then. The caller holds the
-- account's lock. p_reason, p_by: an operator's.
CREATE OR REPLACE FUNCTION holdfast.take_refunded(
  p_account_id text, p_at timestamptz, p_reason text DEFAULT NULL, p_by text DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_due       record;
  v_credits   bigint;
  v_has_taken boolean := false;
BEGIN
  FOR v_due IN
    SELECT r.refund_id, r.credits - r.taken - r.owed AS credits, p.grant_id
    FROM holdfast.refunds AS r
    JOIN holdfast.purchases AS p USING (account_id, purchase_id)
    WHERE r.account_id = p_account_id AND r.taken + r.owed < r.credits
    ORDER BY p.grant_id, r.part
  LOOP
    SELECT least(remaining, v_due.credits) INTO v_credits
    FROM holdfast.grants WHERE account_id = p_account_id AND grant_id = v_due.grant_id;
    CONTINUE WHEN v_credits = 0;
    PERFORM holdfast.post_refund(
      p_account_id, p_at, v_due.grant_id, v_credits,
      coalesce(p_reason, 'refund ' || v_due.refund_id), p_by);
    UPDATE holdfast.refunds SET taken = taken + v_credits
    WHERE account_id = p_account_id AND refund_id = v_due.refund_id;
    v_has_taken := true;
  END LOOP;
  IF v_has_taken THEN PERFORM holdfast.notify_if_dry(p_account_id, p_at); END IF;
END $$;

-- The entry that takes so many credits of a pack for money that goes back; with fewer than none, it
-- gives them back; with none there is no entry.
CREATE OR REPLACE FUNCTION holdfast.post_refund(
  p_account_id text, p_at timestamptz, p_grant_id bigint, p_credits bigint,
  p_reason text, p_by text DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF p_credits = 0 THEN RETURN; END IF;
  PERFORM holdfast.post_entry(
    p_account_id, p_at, 'refund',
    p_grant_ids => ARRAY[p_grant_id],
    p_remainder_deltas => ARRAY[-p_credits],
    p_reserved_deltas => ARRAY[0::bigint],
    p_grant_id => p_grant_id,
    p_reason => p_reason,
    p_by_name => p_by);
END $$;

-- Tells the owner if refunds have left nothing. The caller holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.notify_if_dry(p_account_id text, p_at timestamptz)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_account holdfast.accounts;
BEGIN
  SELECT * INTO v_account FROM holdfast.accounts WHERE account_id = p_account_id;
  IF v_account.reserved = 0 AND holdfast.available_at(v_account, p_at) = 0 THEN
    PERFORM holdfast.notify_ran_dry(p_account_id, p_available => 0, p_at => p_at);
  END IF;
END $$;

-- The published record of a refund.
CREATE OR REPLACE FUNCTION holdfast.refund_record(r holdfast.refunds) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'accountId', r.account_id,
    'refundId', r.refund_id,
    'purchaseId', r.purchase_id,
    'amountCents', r.amount_cents,
    'currency', p.currency,
    'credits', r.credits,
    'takenCredits', r.taken,
    'owedCredits', r.owed,
    'at', holdfast.iso(r.at))
  FROM holdfast.purchases AS p
  WHERE p.account_id = r.account_id AND p.purchase_id = r.purchase_id
$$;

CREATE OR REPLACE FUNCTION holdfast.refund_answer(r holdfast.refunds, p_replayed boolean)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'result', holdfast.refund_record(r),
    'replayed', p_replayed)
$$;

-- What an operator's act says of it.
CREATE OR REPLACE FUNCTION holdfast.refund_detail(r holdfast.refunds) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object(
    'refundId', r.refund_id,
    'purchaseId', r.purchase_id,
    'amountCents', r.amount_cents)
$$;
