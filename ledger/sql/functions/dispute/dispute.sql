-- Books how a dispute about a granted pack's price stands: `open` at the bank, `won` by the seller,
-- or `lost`. The bank decides, so no rule of the catalog refuses it. body: {state, amountCents?,
-- currency?, paymentId?, reason?, by?}; all of the price without an amount; the last two where an
-- operator says it. The dispute's id, which is the provider's name for it, is its key: it is told
-- in any order, and any number of times.
CREATE OR REPLACE FUNCTION holdfast.book_dispute(
  p_account_id text, p_purchase_id text, p_dispute_id text, p_body jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun    record;
  v_purchase holdfast.purchases;
  v_dispute  holdfast.disputes;
  v_now      timestamptz;
  v_answer   jsonb;
BEGIN
  v_begun := holdfast.begin_purchase_operation(p_account_id, p_purchase_id);
  v_purchase := v_begun.purchase;
  SELECT * INTO v_dispute
  FROM holdfast.disputes WHERE account_id = p_account_id AND dispute_id = p_dispute_id;
  v_answer := holdfast.known_dispute(v_dispute, p_purchase_id, p_body);
  IF v_answer IS NOT NULL THEN RETURN holdfast.finish_operation(p_account_id, v_answer); END IF;
  IF v_purchase.purchase_id IS NULL THEN
    RETURN holdfast.purchase_not_found(p_purchase_id);
  END IF;
  v_answer := holdfast.dispute_refused(v_purchase, p_body);
  IF v_answer IS NOT NULL THEN RETURN v_answer; END IF;

  v_now := greatest(v_begun.now, v_dispute.opened_at);
  PERFORM holdfast.book_ended_grants(p_account_id, v_now);
  v_dispute := holdfast.write_dispute(v_purchase, v_dispute, p_dispute_id, p_body, v_now);
  PERFORM holdfast.settle_dispute(v_dispute, v_now);
  IF p_body->>'by' IS NOT NULL THEN
    PERFORM holdfast.record_operator_act(
      p_account_id, 'dispute', holdfast.dispute_detail(v_dispute), p_body->>'reason',
      p_body->>'by', v_now);
  END IF;
  RETURN holdfast.finish_operation(
    p_account_id, holdfast.dispute_answer(v_dispute, p_replayed => false));
END $$;

-- The answer where nothing is to be done: the dispute stands so already, or was told to have ended;
-- null if it is new, or ends now.
CREATE OR REPLACE FUNCTION holdfast.known_dispute(
  d holdfast.disputes, p_purchase_id text, p_body jsonb
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN d.purchase_id <> p_purchase_id OR d.amount_cents <> (p_body->>'amountCents')::bigint
      THEN holdfast.refusal(
        'IDEMPOTENCY_CONFLICT', jsonb_build_object('disputeId', d.dispute_id))
    WHEN p_body->>'state' IN ('open', d.state) AND d.dispute_id IS NOT NULL
      THEN holdfast.dispute_answer(d, p_replayed => true)
    WHEN d.state <> 'open'
      THEN holdfast.refusal('DISPUTE_CLOSED', jsonb_build_object(
        'disputeId', d.dispute_id,
        'state', d.state,
        'closedAt', holdfast.iso(d.closed_at)))
  END
$$;

-- Why it can't be booked, as a refusal; null if it can.
CREATE OR REPLACE FUNCTION holdfast.dispute_refused(p holdfast.purchases, p_body jsonb)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p.status <> 'granted' THEN holdfast.purchase_not_granted(p)
    WHEN p_body->>'paymentId' <> p.payment_id
      OR p_body->>'currency' <> p.currency
      OR p.price_cents = 0
      THEN holdfast.refusal('DISPUTE_MISMATCH', jsonb_build_object(
        'purchaseId', p.purchase_id,
        'paymentId', p.payment_id,
        'priceCents', p.price_cents,
        'currency', p.currency))
  END
$$;

-- Keeps the dispute, or its end. The caller holds the account's lock. From now on the account's
-- reserves and commits go step by step: credits that come back may have to be frozen.
CREATE OR REPLACE FUNCTION holdfast.write_dispute(
  p holdfast.purchases, d holdfast.disputes, p_dispute_id text, p_body jsonb, p_at timestamptz
) RETURNS holdfast.disputes
LANGUAGE plpgsql AS $$
DECLARE
  v_state   text := p_body->>'state';
  v_dispute holdfast.disputes;
BEGIN
  INSERT INTO holdfast.disputes AS known (
    account_id, dispute_id, purchase_id, part, amount_cents, state, opened_at, closed_at)
  SELECT p.account_id, p_dispute_id, p.purchase_id, count(*) + 1,
    coalesce((p_body->>'amountCents')::bigint, p.price_cents), v_state, p_at,
    CASE WHEN v_state <> 'open' THEN p_at END
  FROM holdfast.disputes
  WHERE account_id = p.account_id AND purchase_id = p.purchase_id
  ON CONFLICT (account_id, dispute_id) DO UPDATE SET state = v_state, closed_at = p_at
  RETURNING * INTO v_dispute;
  UPDATE holdfast.accounts SET watched = true WHERE account_id = p.account_id AND NOT watched;
  UPDATE holdfast.purchases
  SET frozen_since = p_at
  WHERE account_id = p.account_id
    AND purchase_id = p.purchase_id
    AND frozen_since IS NULL
    AND v_state = 'open';
  RETURN v_dispute;
END $$;

-- Does what follows from how a dispute stands now: freezes, gives back or takes, and tells the
-- owner. The caller holds the account's lock. What was lost is a refund of its own.
CREATE OR REPLACE FUNCTION holdfast.settle_dispute(d holdfast.disputes, p_at timestamptz)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_purchase holdfast.purchases;
  v_before   holdfast.accounts;
  v_cents    bigint;
BEGIN
  SELECT * INTO v_purchase
  FROM holdfast.purchases
  WHERE account_id = d.account_id AND purchase_id = d.purchase_id;
  SELECT * INTO v_before FROM holdfast.accounts WHERE account_id = d.account_id;
  v_cents := least(
    d.amount_cents, v_purchase.price_cents - holdfast.refunded_cents(v_purchase));
  IF d.state = 'lost' AND v_cents > 0 THEN
    PERFORM holdfast.write_refund(
      v_purchase, holdfast.refund_id_of_dispute(d.dispute_id), v_cents, p_at);
  END IF;
  PERFORM holdfast.freeze_disputed(d.account_id, p_at);
  PERFORM holdfast.take_refunded(d.account_id, p_at);
  PERFORM holdfast.owe_used(d.account_id, p_at, ARRAY[v_purchase.grant_id]);
  PERFORM holdfast.book_ended_grants(d.account_id, p_at);
  UPDATE holdfast.purchases AS p
  SET frozen_since = NULL
  WHERE p.account_id = d.account_id
    AND p.purchase_id = d.purchase_id
    AND NOT EXISTS (
      SELECT FROM holdfast.disputes AS other
      WHERE other.account_id = p.account_id
        AND other.purchase_id = p.purchase_id
        AND other.state = 'open'
    );
  PERFORM holdfast.tell_dispute(d, v_purchase, v_before, p_at);
END $$;

-- The refund that a lost dispute is. No caller's id has a colon.
CREATE OR REPLACE FUNCTION holdfast.refund_id_of_dispute(p_dispute_id text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT 'dispute:' || p_dispute_id
$$;

-- Tells the owner how the dispute stands, and what that has changed since p_before.
CREATE OR REPLACE FUNCTION holdfast.tell_dispute(
  d holdfast.disputes, p holdfast.purchases, p_before holdfast.accounts, p_at timestamptz
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  SELECT holdfast.write_notice(
    d.account_id,
    'dispute',
    jsonb_build_object(
      'disputeId', d.dispute_id,
      'purchaseId', d.purchase_id,
      'packId', p.pack_id,
      'state', d.state,
      'frozen', greatest(0, a.frozen - p_before.frozen),
      'givenBack', back.credits,
      'taken', a.refunded - p_before.refunded,
      'expired', a.expired - p_before.expired,
      'owed', a.owed - p_before.owed,
      'expiresAt', CASE
        WHEN back.credits > 0 THEN holdfast.iso(coalesce(g.ends_at, a.valid_until))
      END),
    p_subject => concat('dispute:', d.dispute_id, ':', d.state),
    p_at => p_at)
  FROM holdfast.accounts AS a
  JOIN holdfast.grants AS g ON g.account_id = a.account_id AND g.grant_id = p.grant_id,
    LATERAL (
      SELECT greatest(0, a.available - p_before.available) AS credits
    ) AS back
  WHERE a.account_id = d.account_id
$$;

-- The published record of a dispute.
CREATE OR REPLACE FUNCTION holdfast.dispute_record(d holdfast.disputes) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'accountId', d.account_id,
    'disputeId', d.dispute_id,
    'purchaseId', d.purchase_id,
    'state', d.state,
    'amountCents', d.amount_cents,
    'currency', p.currency,
    'frozenCredits', CASE WHEN d.state = 'open' THEN p.frozen ELSE 0 END,
    'takenCredits', coalesce(r.taken, 0),
    'owedCredits', coalesce(r.owed, 0),
    'openedAt', holdfast.iso(d.opened_at),
    'closedAt', holdfast.iso(d.closed_at))
  FROM holdfast.purchases AS p
  LEFT JOIN holdfast.refunds AS r
    ON r.account_id = p.account_id AND r.refund_id = holdfast.refund_id_of_dispute(d.dispute_id)
  WHERE p.account_id = d.account_id AND p.purchase_id = d.purchase_id
$$;

CREATE OR REPLACE FUNCTION holdfast.dispute_answer(d holdfast.disputes, p_replayed boolean)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'result', holdfast.dispute_record(d),
    'replayed', p_replayed)
$$;

-- What an operator's act says of it.
CREATE OR REPLACE FUNCTION holdfast.dispute_detail(d holdfast.disputes) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object(
    'disputeId', d.dispute_id,
    'purchaseId', d.purchase_id,
    'state', d.state,
    'amountCents', d.amount_cents)
$$;
