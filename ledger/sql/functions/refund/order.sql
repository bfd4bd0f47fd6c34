-- Orders that money of a pack goes back, and takes what it has paid for from the pack, before the
-- payment provider is asked: what was judged unused can't be spent meanwhile. The order's id is its
-- key. body: {purchaseId, amountCents, reason, by, claimedIdentity?}; who orders it, and why, is no
-- part of the key.
CREATE OR REPLACE FUNCTION holdfast.open_refund_order(
  p_account_id text, p_order_id text, p_body jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun    record;
  v_purchase holdfast.purchases;
  v_amount   bigint := (p_body->>'amountCents')::bigint;
  v_order    holdfast.refund_orders;
  v_refusal  jsonb;
BEGIN
  v_begun := holdfast.begin_purchase_operation(p_account_id, p_body->>'purchaseId');
  v_purchase := v_begun.purchase;
  SELECT * INTO v_order
  FROM holdfast.refund_orders WHERE account_id = p_account_id AND order_id = p_order_id;
  IF FOUND THEN
    IF (v_order.purchase_id, v_order.amount_cents) <> (p_body->>'purchaseId', v_amount) THEN
      RETURN holdfast.refusal('IDEMPOTENCY_CONFLICT', jsonb_build_object('orderId', p_order_id));
    END IF;
    RETURN holdfast.finish_operation(
      p_account_id, holdfast.refund_order_answer(v_order, p_replayed => true));
  END IF;
  IF v_purchase.purchase_id IS NULL THEN
    RETURN holdfast.purchase_not_found(p_body->>'purchaseId');
  END IF;
  v_refusal := holdfast.refund_order_refused(v_purchase, p_body, v_begun.now);
  IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;

  PERFORM holdfast.book_ended_grants(p_account_id, v_begun.now);
  v_order := holdfast.write_refund_order(
    v_purchase, p_order_id, v_amount, v_begun.now, p_body->>'reason', p_body->>'by');
  PERFORM holdfast.record_operator_act(
    p_account_id, 'refund', holdfast.refund_order_detail(v_order), p_body->>'reason',
    p_body->>'by', v_begun.now, NULL, p_body->>'claimedIdentity');
  RETURN holdfast.finish_operation(
    p_account_id, holdfast.refund_order_answer(v_order, p_replayed => false));
END $$;

-- Why it can't be ordered, as a refusal; null if it can. Orders that are not decided count as given
-- back.
CREATE OR REPLACE FUNCTION holdfast.refund_order_refused(
  p holdfast.purchases, p_body jsonb, p_at timestamptz
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p.status <> 'granted' THEN holdfast.purchase_not_granted(p)
    WHEN holdfast.refund_rule(p) = 'never'
      THEN holdfast.refusal('REFUND_NOT_ALLOWED', jsonb_build_object(
        'purchaseId', p.purchase_id,
        'catalogVersion', p.catalog_version))
    WHEN (p_body->>'amountCents')::bigint
      > p.price_cents - holdfast.refunded_cents(p) - ordered.cents
      THEN holdfast.refusal('REFUND_EXCEEDS_PAYMENT', jsonb_build_object(
        'purchaseId', p.purchase_id,
        'amountCents', p_body->'amountCents',
        'refundedCents', holdfast.refunded_cents(p),
        'orderedCents', ordered.cents,
        'priceCents', p.price_cents,
        'currency', p.currency))
    WHEN holdfast.refund_rule(p) = 'unused'
      AND (p_body->>'amountCents')::bigint > unused.cents
      THEN holdfast.refusal('REFUND_EXCEEDS_UNUSED', jsonb_build_object(
        'purchaseId', p.purchase_id,
        'amountCents', p_body->'amountCents',
        'refundableCents', unused.cents,
        'currency', p.currency))
  END
  FROM holdfast.ordered_of(p) AS ordered,
    LATERAL (SELECT holdfast.unused_cents(p, p_at) AS cents) AS unused
$$;

-- What is ordered of the purchase and not decided: in money, and the credits that it covers.
CREATE OR REPLACE FUNCTION holdfast.ordered_of(
  p holdfast.purchases, OUT cents bigint, OUT credits bigint
)
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(o.amount_cents), 0)::bigint, coalesce(sum(o.credits), 0)::bigint
  FROM holdfast.refund_orders AS o
  WHERE o.account_id = p.account_id AND o.purchase_id = p.purchase_id AND o.status = 'open'
$$;

-- The credits that so much more of the price covers, beside those that refunds and orders cover.
CREATE OR REPLACE FUNCTION holdfast.covered_by_order(
  p holdfast.purchases, p_amount_cents bigint
) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT greatest(0, holdfast.credits_paid_by(
      p.credits, p.price_cents,
      holdfast.refunded_cents(p) + ordered.cents + p_amount_cents)
    - holdfast.refunded_credits(p) - ordered.credits)
  FROM holdfast.ordered_of(p) AS ordered
$$;

-- The credits that the purchase's refunds cover.
CREATE OR REPLACE FUNCTION holdfast.refunded_credits(p holdfast.purchases) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(credits), 0)::bigint
  FROM holdfast.refunds
  WHERE account_id = p.account_id AND purchase_id = p.purchase_id
$$;

-- The most that may be given back for the credits that the pack has left and that are not reserved:
-- what a larger amount covers would be more.
CREATE OR REPLACE FUNCTION holdfast.unused_cents(p holdfast.purchases, p_at timestamptz)
RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT (greatest(0, least(
      p.price_cents,
      div(
        (holdfast.refunded_credits(p) + ordered.credits + g.remaining)::numeric * p.price_cents,
        p.credits))
    - holdfast.refunded_cents(p) - ordered.cents))::bigint
  FROM holdfast.ordered_of(p) AS ordered, (
    SELECT CASE
        WHEN holdfast.is_over(g.ends_at, g.term, a.term, a.booked_term, p_at) THEN 0
        ELSE g.remaining
      END AS remaining
    FROM holdfast.grants AS g
    JOIN holdfast.accounts AS a USING (account_id)
    WHERE g.account_id = p.account_id AND g.grant_id = p.grant_id
  ) AS g
$$;

-- Writes the order, and holds what the pack has left of the credits that it covers. The caller
-- holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.write_refund_order(
  p holdfast.purchases, p_order_id text, p_amount_cents bigint, p_at timestamptz,
  p_reason text, p_by text
) RETURNS holdfast.refund_orders
LANGUAGE plpgsql AS $$
DECLARE
  v_credits bigint := holdfast.covered_by_order(p, p_amount_cents);
  v_order   holdfast.refund_orders;
BEGIN
  INSERT INTO holdfast.refund_orders (
    account_id, order_id, purchase_id, amount_cents, credits, held, ordered_at)
  SELECT p.account_id, p_order_id, p.purchase_id, p_amount_cents, v_credits,
    least(g.remaining, v_credits), p_at
  FROM holdfast.grants AS g
  WHERE g.account_id = p.account_id AND g.grant_id = p.grant_id
  RETURNING * INTO v_order;
  UPDATE holdfast.accounts SET watched = true WHERE account_id = p.account_id AND NOT watched;
  PERFORM holdfast.post_refund(
    p.account_id, p_at, p.grant_id, v_order.held, p_reason, p_by);
  PERFORM holdfast.notify_if_dry(p.account_id, p_at);
  RETURN v_order;
END $$;
