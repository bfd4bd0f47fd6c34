-- How a refund that was ordered has ended, as the payment provider says. body: {state: 'made',
-- refundId, amountCents, currency}, or {state: 'refused', reason}. What was made is booked under
-- the provider's id, with the amount that the provider says, also where it was told before, or the
-- order has ended otherwise. What can't be booked leaves the order open, with the refusal's code.
CREATE OR REPLACE FUNCTION holdfast.settle_refund_order(
  p_account_id text, p_order_id text, p_body jsonb
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun   record;
  v_order   holdfast.refund_orders;
  v_refusal jsonb;
BEGIN
  v_begun := holdfast.begin_refund_order(p_account_id, p_order_id);
  v_order := v_begun.refund_order;
  IF v_order.order_id IS NULL THEN RETURN holdfast.refund_order_not_found(p_order_id); END IF;
  IF v_order.status = 'made' OR (v_order.status <> 'open' AND p_body->>'state' = 'refused') THEN
    RETURN holdfast.finish_operation(
      p_account_id, holdfast.refund_order_answer(v_order, p_replayed => true));
  END IF;
  IF p_body->>'state' = 'refused' THEN
    v_order := holdfast.end_refund_order(v_order, 'refused', p_body->>'reason', v_begun.now);
  ELSE
    v_refusal := holdfast.made_refund_refused(v_order, v_begun.purchase, p_body);
    IF v_refusal IS NOT NULL THEN
      UPDATE holdfast.refund_orders SET reason = v_refusal#>>'{refusal,code}'
      WHERE account_id = p_account_id AND order_id = p_order_id AND status = 'open';
      RETURN v_refusal;
    END IF;
    v_order := holdfast.book_made_order(v_order, v_begun.purchase, p_body, v_begun.now);
  END IF;
  RETURN holdfast.finish_operation(
    p_account_id, holdfast.refund_order_answer(v_order, p_replayed => false));
END $$;

-- An operator has seen to it that the money doesn't go back by this order: what it holds comes
-- back. Money that has gone back all the same is booked once the provider tells it.
CREATE OR REPLACE FUNCTION holdfast.close_refund_order(
  p_account_id text, p_order_id text, p_reason text, p_by text
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_begun record;
  v_order holdfast.refund_orders;
BEGIN
  v_begun := holdfast.begin_refund_order(p_account_id, p_order_id);
  v_order := v_begun.refund_order;
  IF v_order.order_id IS NULL THEN RETURN holdfast.refund_order_not_found(p_order_id); END IF;
  IF v_order.status IN ('made', 'refused') THEN
    RETURN holdfast.refusal('REFUND_ORDER_ENDED', jsonb_build_object(
      'orderId', p_order_id,
      'status', v_order.status,
      'refundId', v_order.refund_id));
  END IF;
  IF v_order.status = 'closed' THEN
    RETURN holdfast.finish_operation(
      p_account_id, holdfast.refund_order_answer(v_order, p_replayed => true));
  END IF;
  PERFORM holdfast.record_operator_act(
    p_account_id, 'refund', holdfast.refund_order_detail(v_order, 'closed'), p_reason, p_by,
    v_begun.now);
  v_order := holdfast.end_refund_order(v_order, 'closed', v_order.reason, v_begun.now);
  RETURN holdfast.finish_operation(
    p_account_id, holdfast.refund_order_answer(v_order, p_replayed => false));
END $$;

-- How an operation on an order begins. An order is of one purchase for ever.
CREATE OR REPLACE FUNCTION holdfast.begin_refund_order(
  p_account_id text, p_order_id text,
  OUT purchase holdfast.purchases, OUT refund_order holdfast.refund_orders, OUT now timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
  v_begun record;
BEGIN
  v_begun := holdfast.begin_purchase_operation(p_account_id, (
    SELECT purchase_id
    FROM holdfast.refund_orders WHERE account_id = p_account_id AND order_id = p_order_id
  ));
  SELECT * INTO refund_order
  FROM holdfast.refund_orders WHERE account_id = p_account_id AND order_id = p_order_id;
  purchase := v_begun.purchase;
  now := v_begun.now;
END $$;

-- Why the ledger can't book what the provider says was made, as a refusal; null if it can.
CREATE OR REPLACE FUNCTION holdfast.made_refund_refused(
  o holdfast.refund_orders, p holdfast.purchases, p_body jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_refund holdfast.refunds;
BEGIN
  SELECT * INTO v_refund
  FROM holdfast.refunds
  WHERE account_id = o.account_id AND refund_id = p_body->>'refundId';
  IF NOT FOUND THEN RETURN holdfast.refund_refused(p, p_body); END IF;
  IF (v_refund.purchase_id, v_refund.amount_cents)
      <> (o.purchase_id, (p_body->>'amountCents')::bigint)
    OR p_body->>'currency' <> p.currency
    OR EXISTS (
      SELECT FROM holdfast.refund_orders
      WHERE account_id = o.account_id
        AND refund_id = v_refund.refund_id
        AND order_id <> o.order_id
    )
  THEN
    RETURN holdfast.refusal(
      'IDEMPOTENCY_CONFLICT', jsonb_build_object('refundId', v_refund.refund_id));
  END IF;
  RETURN NULL;
END $$;

-- Books what was made: what the order holds is the refund's, as far as that covers it, and the rest
-- comes back. The caller holds the account's lock.
CREATE OR REPLACE FUNCTION holdfast.book_made_order(
  o holdfast.refund_orders, p holdfast.purchases, p_body jsonb, p_at timestamptz
) RETURNS holdfast.refund_orders
LANGUAGE plpgsql AS $$
DECLARE
  v_refund_id text := p_body->>'refundId';
  v_refund    holdfast.refunds;
  v_order     holdfast.refund_orders := o;
BEGIN
  PERFORM holdfast.book_ended_grants(o.account_id, p_at);
  SELECT * INTO v_refund
  FROM holdfast.refunds WHERE account_id = o.account_id AND refund_id = v_refund_id;
  IF NOT FOUND THEN
    v_refund := holdfast.write_refund(p, v_refund_id, (p_body->>'amountCents')::bigint, p_at);
  END IF;
  v_order.held := greatest(0, o.held - (v_refund.credits - v_refund.taken - v_refund.owed));
  UPDATE holdfast.refunds SET taken = taken + o.held - v_order.held
  WHERE account_id = o.account_id AND refund_id = v_refund_id;
  UPDATE holdfast.refund_orders SET held = v_order.held
  WHERE account_id = o.account_id AND order_id = o.order_id;
  IF o.status = 'open' THEN
    UPDATE holdfast.refund_orders
    SET status = 'made', refund_id = v_refund_id, reason = NULL, resolved_at = p_at, held = 0
    WHERE account_id = o.account_id AND order_id = o.order_id;
    PERFORM holdfast.give_back_held(v_order, p.grant_id, p_at);
  END IF;
  PERFORM holdfast.freeze_disputed(o.account_id, p_at);
  PERFORM holdfast.take_refunded(o.account_id, p_at);
  PERFORM holdfast.owe_used(o.account_id, p_at, ARRAY[p.grant_id]);
  SELECT * INTO v_order
  FROM holdfast.refund_orders WHERE account_id = o.account_id AND order_id = o.order_id;
  RETURN v_order;
END $$;

-- Ends an order by which no money goes back: what it holds comes back. The caller holds the
-- account's lock.
CREATE OR REPLACE FUNCTION holdfast.end_refund_order(
  o holdfast.refund_orders, p_status text, p_reason text, p_at timestamptz
) RETURNS holdfast.refund_orders
LANGUAGE plpgsql AS $$
DECLARE
  v_order holdfast.refund_orders;
BEGIN
  UPDATE holdfast.refund_orders
  SET status = p_status, reason = p_reason, resolved_at = p_at, held = 0
  WHERE account_id = o.account_id AND order_id = o.order_id
  RETURNING * INTO v_order;
  PERFORM holdfast.give_back_held(o, (
    SELECT grant_id
    FROM holdfast.purchases
    WHERE account_id = o.account_id AND purchase_id = o.purchase_id
  ), p_at);
  RETURN v_order;
END $$;

-- The entry by which held credits come back to their pack, and what follows: disputes freeze and
-- refunds take what they are about, and where the pack has ended meanwhile the rest expires.
CREATE OR REPLACE FUNCTION holdfast.give_back_held(
  o holdfast.refund_orders, p_grant_id bigint, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM holdfast.post_refund(
    o.account_id, p_at, p_grant_id, -o.held, 'refund order ' || o.order_id);
  PERFORM holdfast.freeze_disputed(o.account_id, p_at);
  PERFORM holdfast.take_refunded(o.account_id, p_at);
  PERFORM holdfast.book_ended_grants(o.account_id, p_at);
END $$;
