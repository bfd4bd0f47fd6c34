-- Each order of a refund is of a granted purchase, has the acts that ordered and closed it, and
-- ends with a refund of its purchase exactly if it was made.
CREATE OR REPLACE FUNCTION holdfast.refund_order_violations(p_from text, p_to text)
RETURNS TABLE (invariant text, account_id text, detail jsonb)
LANGUAGE sql STABLE AS $$
  SELECT 'order-of-purchase', o.account_id, jsonb_build_object('orderId', o.order_id)
  FROM holdfast.refund_orders AS o
  LEFT JOIN holdfast.purchases AS p USING (account_id, purchase_id)
  LEFT JOIN holdfast.refunds AS r USING (account_id, refund_id)
  WHERE o.account_id BETWEEN p_from AND p_to
    AND (
      p.status IS DISTINCT FROM 'granted'
      OR o.amount_cents <= 0
      OR o.amount_cents > p.price_cents
      OR o.held NOT BETWEEN 0 AND o.credits
      OR o.credits > p.credits
      OR o.ordered_at < p.resolved_at
      OR o.resolved_at < o.ordered_at
      OR (o.status = 'open') <> (o.resolved_at IS NULL)
      OR (o.status = 'made') <> (r.purchase_id IS NOT DISTINCT FROM o.purchase_id)
      OR holdfast.refund_rule(p) = 'never'
    )
  UNION ALL
  SELECT 'order-has-act', o.account_id, jsonb_build_object('orderId', o.order_id)
  FROM holdfast.refund_orders AS o
  WHERE o.account_id BETWEEN p_from AND p_to
    AND (holdfast.has_order_act(o, NULL, o.ordered_at)
      AND holdfast.has_order_act(o, 'closed', o.resolved_at) = (o.status = 'closed')) IS NOT TRUE
  UNION ALL
  SELECT 'act-has-order', a.account_id, jsonb_build_object('actId', a.act_id)
  FROM holdfast.operator_acts AS a
  WHERE a.account_id BETWEEN p_from AND p_to
    AND a.what = 'refund'
    AND a.detail->>'orderId' IS NOT NULL
    AND NOT EXISTS (
      SELECT FROM holdfast.refund_orders AS o
      WHERE o.account_id = a.account_id
        AND holdfast.refund_order_detail(o, a.detail->>'outcome') = a.detail
        AND a.at = CASE WHEN a.detail->>'outcome' IS NULL THEN o.ordered_at ELSE o.resolved_at END
    )
$$;

CREATE OR REPLACE FUNCTION holdfast.has_order_act(
  o holdfast.refund_orders, p_outcome text, p_at timestamptz
) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM holdfast.operator_acts AS a
    WHERE a.account_id = o.account_id
      AND (a.what, a.at) = ('refund', p_at)
      AND a.detail = holdfast.refund_order_detail(o, p_outcome)
  )
$$;
