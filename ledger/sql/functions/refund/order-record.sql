-- The published record of a refund that an operator has ordered.
CREATE OR REPLACE FUNCTION holdfast.refund_order_record(o holdfast.refund_orders) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'accountId', o.account_id,
    'orderId', o.order_id,
    'purchaseId', o.purchase_id,
    'status', o.status,
    'amountCents', o.amount_cents,
    'currency', p.currency,
    'paymentId', p.payment_id,
    'credits', o.credits,
    'heldCredits', o.held,
    'reason', o.reason,
    'orderedAt', holdfast.iso(o.ordered_at),
    'resolvedAt', holdfast.iso(o.resolved_at),
    'refund', (
      SELECT holdfast.refund_record(r)
      FROM holdfast.refunds AS r
      WHERE r.account_id = o.account_id AND r.refund_id = o.refund_id
    ))
  FROM holdfast.purchases AS p
  WHERE p.account_id = o.account_id AND p.purchase_id = o.purchase_id
$$;

CREATE OR REPLACE FUNCTION holdfast.refund_order_answer(
  o holdfast.refund_orders, p_replayed boolean
) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'result', holdfast.refund_order_record(o),
    'replayed', p_replayed)
$$;

CREATE OR REPLACE FUNCTION holdfast.refund_order_not_found(p_order_id text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT holdfast.refusal(
    'REFUND_ORDER_NOT_FOUND', jsonb_build_object('orderId', p_order_id))
$$;

-- What an operator's act says of it; p_outcome: `closed` where it ends the order.
CREATE OR REPLACE FUNCTION holdfast.refund_order_detail(
  o holdfast.refund_orders, p_outcome text DEFAULT NULL
) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object(
    'orderId', o.order_id,
    'purchaseId', o.purchase_id,
    'amountCents', o.amount_cents,
    'outcome', p_outcome))
$$;

-- One order; null if there is none.
CREATE OR REPLACE FUNCTION holdfast.refund_order(p_account_id text, p_order_id text)
RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT holdfast.refund_order_record(o)
  FROM holdfast.refund_orders AS o
  WHERE o.account_id = p_account_id AND o.order_id = p_order_id
$$;

-- Orders that wait for an operator: what the provider says can't be booked, or it has not decided
-- for an hour.
CREATE OR REPLACE FUNCTION holdfast.stuck_refund_orders(p_now timestamptz, p_limit integer)
RETURNS TABLE (
  what text, account_id text, id text, since timestamptz, problem text, credits bigint, detail text
)
LANGUAGE sql STABLE AS $$
  SELECT 'refund-order', o.account_id, o.order_id, o.ordered_at,
    CASE WHEN o.reason IS NULL THEN 'undecided' ELSE 'not-booked' END,
    o.held,
    concat_ws(', ', o.purchase_id, o.reason)
  FROM holdfast.refund_orders AS o
  WHERE o.resolved_at IS NULL
    AND (o.reason IS NOT NULL OR o.ordered_at <= p_now - interval '1 hour')
  ORDER BY o.ordered_at, o.account_id, o.order_id
  LIMIT p_limit
$$;
